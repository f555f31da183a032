//! `GET /contact/export`, as for spaces.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use super::instance::ContactListResponse;
use super::source::ContactSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{exports, get};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    exports::<ContactListResponse>(
        get(prefix, "/api/v1/contact/export", handle),
        Resource::Members,
    )
    .doc("All contacts as JSON, JSONL or CSV", super::MANUAL)
}

async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Members))?;
    let source = ContactSource::from_query(&app, &query)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::Export, &query, source).await?)
}
