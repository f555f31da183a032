//! `DELETE /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::saved_filter;
use parlor_kit::{AppState, PathParams, response};

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;

/// One of the caller's.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("filter"))?;
    saved_filter::delete(&app.engine, &ctx, key).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
