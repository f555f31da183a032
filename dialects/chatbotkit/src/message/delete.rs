//! `POST /conversation/{conversation}/message/{message}/delete`, after the vendor's manual on conversation messages.

use axum::extract::State;
use parlor_engine::message;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::documented::{deletes, post};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/{message}/delete";
    deletes(post(prefix, path, handle), Resource::Messages).doc("Delete a message", super::MANUAL)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let id = ids::parse_message_id(params.get("message"))?;
    body::ignore(payload).await?;
    let conversation = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, conversation).await?;
    let conversation = ConversationKey::Number(found.number);
    message::delete(&app.engine, ctx, conversation, MessageKey::Id(id)).await?;
    Ok(id_response::id_response(ids::format_message_id(id)))
}
