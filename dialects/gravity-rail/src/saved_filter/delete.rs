//! `DELETE /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};

use super::NO_FILTER;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::workspace_path;
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/chats/filters/{filter}"), handle)
        .doc("Deletes a saved filter", "")
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[NO_FILTER])
}

/// Another member's filter is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("filter"))?;
    saved_filter::delete(&app.engine, &ctx, key).await?;
    Ok(no_content())
}
