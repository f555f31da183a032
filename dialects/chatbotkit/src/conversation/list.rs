//! `GET /conversation/list`, after the vendor's reference on listing conversations.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use super::instance::ConversationListResponse;
use super::source::{ConversationSource, with_filters};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    with_filters(lists::<ConversationListResponse>(
        get(prefix, "/api/v1/conversation/list", handle),
        Resource::Conversations,
    ))
    .doc(
        "A page of conversations, or all of them as a stream",
        super::REFERENCE,
    )
}

/// Lists the conversations of the account. Direct conversations are not listed: their two participants find them by id.
async fn handle(State(app): State<AppState>, caller: Caller, query: ListQuery) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let source = ConversationSource::from_query(&app, &query, None)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &query, source).await?)
}
