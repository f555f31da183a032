//! `GET /chats/filters/{filter_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};

use super::{FilterResponse, NO_FILTER};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::workspace_path;
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/filters/{filter}"), handle)
        .doc("Gets a saved filter", "")
        .responds::<FilterResponse>(200, "The filter.")
        .errors::<ErrorResponse>(&[NO_FILTER])
}

/// Another member's filter is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("filter"))?;
    let found = saved_filter::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&FilterResponse::from_saved_filter(found)))
}
