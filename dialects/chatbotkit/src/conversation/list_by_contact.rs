//! `GET /contact/{contact}/conversation/list`: the conversations with one contact.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::instance::ConversationListResponse;
use super::source::ConversationSource;
use crate::auth::Caller;
use crate::documented::{get, lists};
use crate::listing::{self, ListKind, ListQuery};
use crate::prefix::Prefix;
use crate::{HandlerResult, contact, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/contact/{contact}/conversation/list";
    lists::<ConversationListResponse>(get(prefix, path, handle), Resource::Conversations)
        .doc("The conversations with a contact", contact::MANUAL)
}

/// Lists the conversations with one contact. An unknown contact is 404, unlike an unknown `contactId` in the list of
/// conversations, which matches no conversation.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let id = ids::parse_contact_id(params.get("contact"))?;
    if !member::contact_exists(&app.engine, &caller.ctx, id).await? {
        return Err(Error::not_found(EntityKind::Contact).into());
    }
    let source = ConversationSource::from_query(&app, &query, Some(id))?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &query, source).await?)
}
