//! `POST /conversation/{conversation}/delete`, after the vendor's reference on deleting conversations.

use axum::extract::State;
use parlor_engine::conversation;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{deletes, post};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/delete";
    deletes(post(prefix, path, handle), Resource::Conversations)
        .doc("Delete a conversation and its messages", super::REFERENCE)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let write = Scope::write(Resource::Conversations);
    caller.ctx.require(write)?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    body::ignore(payload).await?;
    conversation_access::find_for_update(&app, &caller.ctx, params.get("conversation")).await?;
    conversation::delete(&app.engine, &caller.ctx, ConversationKey::Id(id), write).await?;
    Ok(id_response::id_response(ids::format_conversation_id(id)))
}
