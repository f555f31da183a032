//! `DELETE /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{App, Params, reply};

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// Asks as changing one does.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("event_rule"))?;
    event_rule::delete(&app.engine, &ctx, key).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
