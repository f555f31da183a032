//! `POST /conversation/create`, after the vendor's reference on creating conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::ConversationOptions;
use super::options::CreateConversationParts;
use crate::auth::Caller;
use crate::{HandlerResult, body, ids, message};

/// The id of what was made, and the messages it was made with.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationCreated)]
pub(crate) struct ConversationCreateResponse {
    /// Its id.
    id: String,
    /// The first messages, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    messages: Vec<message::MessageEcho>,
}

/// A conversation is made with all its first messages, and with its contact where that has to be made, or not at all.
/// For nobody in particular it is for its maker, or for the member whose own space it is in.
pub(crate) async fn handle(
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
    let first = messages
        .iter()
        .enumerate()
        .map(|(place, message)| message.to_initial_message("messages", place))
        .collect::<Result<_, _>>()?;
    let (made, said) =
        conversation::create_with_messages(&app.engine, &caller.ctx, command, contact, first)
            .await?;
    let echo = messages.into_iter().zip(said);
    let created = ConversationCreateResponse {
        id: ids::format_conversation_id(made.id),
        messages: echo.map(|(message, id)| message.into_echo(id)).collect(),
    };
    Ok(response::json(StatusCode::OK, &created))
}
