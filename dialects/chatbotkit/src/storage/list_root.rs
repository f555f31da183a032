//! `GET /space/{space}/storage/list`, after the vendor's manual on space storage.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, QueryParams};

use super::list::{list, lists_files};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::get;
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    lists_files(get(prefix, "/api/v1/space/{space}/storage/list", handle))
        .doc("Files and directories of a space", super::MANUAL)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> HandlerResult {
    list(&app, &caller, &params, &query, None).await
}
