//! `GET /contact/list`, after the vendor's manual on contacts.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use super::instance::ContactListResponse;
use super::source::ContactSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    lists::<ContactListResponse>(
        get(prefix, "/api/v1/contact/list", handle),
        Resource::Members,
    )
    .doc(
        "A page of contacts, or all of them as a stream",
        super::MANUAL,
    )
}

async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Members))?;
    let source = ContactSource::from_query(&app, &query)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &query, source).await?)
}
