//! `GET /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{App, Params, reply};

use super::{EventRuleResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// Asks for `automations:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("event_rule"))?;
    let found = event_rule::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &EventRuleResponse::of(found)))
}
