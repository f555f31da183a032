//! `DELETE /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{AppState, PathParams, response};

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;

/// Asks as changing one does.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("event_rule"))?;
    event_rule::delete(&app.engine, &ctx, key).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
