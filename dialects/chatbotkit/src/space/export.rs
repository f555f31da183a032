//! `GET /space/export`, after the vendor's page "Exporting Spaces".

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use super::source::with_filters;
use super::{SpaceListResponse, SpaceSource};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{exports, get};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    with_filters(exports::<SpaceListResponse>(
        get(prefix, "/api/v1/space/export", handle),
        Resource::Spaces,
    ))
    .doc("All spaces as JSON, JSONL or CSV", "Exporting Spaces")
}

/// Exports spaces, with the filters of the list.
async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let source = SpaceSource::from_query(&app, &query, None)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::Export, &query, source).await?)
}
