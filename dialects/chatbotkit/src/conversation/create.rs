//! `POST /conversation/create`, after the vendor's reference on creating conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::options::{ConversationOptions, CreateConversationParts};
use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, ids, message};

/// The id of what was made, and the messages it was made with.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationCreated)]
struct ConversationCreateResponse {
    /// Its id.
    id: String,
    /// The first messages, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    messages: Vec<message::MessageEcho>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    post(prefix, "/api/v1/conversation/create", handle)
        .doc(
            "Make a conversation, perhaps with its first messages",
            super::REFERENCE,
        )
        .body::<ConversationOptions>()
        .optional()
        .scope(Scope::write(Resource::Conversations))
        .responds::<ConversationCreateResponse>(200, "Its id, and its first messages")
}

/// Creates a conversation with all its first messages, and its contact if that is new, or nothing at all. Without a contact
/// its subject is its creator, or the member whose own space it is in.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Conversations))?;
    let CreateConversationParts {
        command,
        contact,
        messages,
    } = body::parse::<ConversationOptions>(payload)
        .await?
        .into_create_parts()?;
    let initial = messages
        .iter()
        .enumerate()
        .map(|(index, message)| message.to_initial_message("messages", index))
        .collect::<Result<_, _>>()?;
    let (created, message_ids) =
        conversation::create_with_messages(&app.engine, &caller.ctx, command, contact, initial)
            .await?;
    let echoes = messages.into_iter().zip(message_ids);
    let response = ConversationCreateResponse {
        id: ids::format_conversation_id(created.id),
        messages: echoes.map(|(message, id)| message.into_echo(id)).collect(),
    };
    Ok(response::json(StatusCode::OK, &response))
}
