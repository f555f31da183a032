//! `GET /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::saved_filter;
use parlor_kit::{AppState, PathParams, response};

use super::{FilterResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// One of the caller's; anybody else's is not found.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("filter"))?;
    let found = saved_filter::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &FilterResponse::from_saved_filter(found),
    ))
}
