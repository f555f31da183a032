//! `GET /space/{space}/storage/list/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, QueryParams, Tail};
use parlor_model::scope::{Resource, Scope};

use super::list::{list, lists_files};
use super::parse_path;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::get;
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/space/{space}/storage/list/{path}";
    lists_files(get(prefix, path, handle))
        .doc("Files and directories of a directory", super::MANUAL)
        .tail()
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    query: QueryParams,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let path = parse_path(&tail)?;
    list(&app, &caller, &params, &query, Some(&path)).await
}
