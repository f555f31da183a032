//! `GET /conversation/{conversation}/message/list`, after the vendor's reference on listing messages.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::instance::MessageListResponse;
use super::source::MessageSource;
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/list";
    lists::<MessageListResponse>(get(prefix, path, handle), Resource::Messages).doc(
        "A page of messages, the oldest first, or all of them as a stream",
        super::MANUAL,
    )
}

/// Lists messages, unlike all other lists oldest first by default.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: ListQuery,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let id = params.get("conversation");
    let found = conversation_access::find_for_messages(&app, ctx, id).await?;
    let source = MessageSource::from_query(ConversationKey::Number(found.number), &query)?;
    Ok(listing::respond(&app, ctx, ListKind::List, &query, source).await?)
}
