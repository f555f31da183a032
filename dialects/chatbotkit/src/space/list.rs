//! `GET /space/list`, after the vendor's page "Listing Spaces".

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use super::source::with_filters;
use super::{SpaceListResponse, SpaceSource};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    with_filters(lists::<SpaceListResponse>(
        get(prefix, "/api/v1/space/list", handle),
        Resource::Spaces,
    ))
    .doc(
        "A page of spaces, or all of them as a stream",
        "Listing Spaces",
    )
}

async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let source = SpaceSource::from_query(&app, &query, None)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &query, source).await?)
}
