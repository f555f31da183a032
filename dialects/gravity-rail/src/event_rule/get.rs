//! `GET /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{AppState, PathParams, response};

use super::{EventRuleResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `automations:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("event_rule"))?;
    let found = event_rule::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &EventRuleResponse::from_event_rule(found),
    ))
}
