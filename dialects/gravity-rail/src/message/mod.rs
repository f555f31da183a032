//! Messages of a chat, after developer/api/workspace/chats/messages.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod of_call;
pub(crate) mod rate;
mod request;
pub(crate) mod shown;

use parlor_engine::message::Appended;
use parlor_kit::time;
use parlor_model::Ctx;
use parlor_model::details::Delivery;
use parlor_model::error::Noun;
use parlor_model::message::{Message, MessageKey, Role};
use parlor_model::rating::Rating;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids::{self, Reference};

/// A message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenAIMessageResponse {
    id: i64,
    uuid: String,
    chat_id: i64,
    /// `user`, `assistant`, `system` or `tool`.
    role: &'static str,
    /// Null where only tools are called.
    content: Option<String>,
    /// The tools it calls: objects with `id`, `type` and `function`.
    #[serde(rename = "tool_calls", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    tool_calls: Option<Value>,
    /// The call it answers.
    #[serde(rename = "tool_call_id", skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<String>,
    /// Who wrote it.
    member_id: Option<i64>,
    /// `queued`, `sent`, `delivered` or `failed`; null where nothing leaves the server.
    delivery_status: Option<&'static str>,
    /// `up` or `down`: the caller's own opinion, or else, with `chats:read`, the newest of anybody.
    rating: Option<&'static str>,
    rating_comment: Option<String>,
    created_at: String,
    updated_at: String,
}

impl OpenAIMessageResponse {
    /// A message of the chat with this number.
    pub(crate) fn of(chat: i64, message: Message) -> Self {
        let details = message.details;
        Self {
            id: message.number,
            uuid: ids::uuid(message.id),
            chat_id: chat,
            role: role(message.role),
            content: Some(message.text.0).filter(|text| !text.is_empty()),
            // Another vocabulary may keep calls of another form.
            tool_calls: details.tool_calls.filter(Value::is_array),
            tool_call_id: details.tool_call,
            member_id: message.author.map(|author| author.number),
            delivery_status: details.delivery.map(delivery),
            rating: message.rating.map(Rating::word),
            rating_comment: message.rating_comment.map(|comment| comment.0),
            created_at: time::iso(message.created_at),
            updated_at: time::iso(message.updated_at),
        }
    }
}

/// A message that has just been stored: what it was made of is told without reading it again, which could fail.
pub(crate) struct StoredMessage {
    pub(crate) chat: i64,
    pub(crate) made: Appended,
    pub(crate) role: Role,
    pub(crate) author: Option<i64>,
    pub(crate) text: String,
    pub(crate) tool_calls: Option<Value>,
    pub(crate) delivery: Option<Delivery>,
}

impl From<StoredMessage> for OpenAIMessageResponse {
    fn from(stored: StoredMessage) -> Self {
        let at = time::iso(stored.made.at);
        Self {
            id: stored.made.number,
            uuid: ids::uuid(stored.made.id),
            chat_id: stored.chat,
            role: role(stored.role),
            content: Some(stored.text).filter(|text| !text.is_empty()),
            tool_calls: stored.tool_calls,
            tool_call_id: None,
            member_id: stored.author,
            delivery_status: stored.delivery.map(delivery),
            rating: None,
            rating_comment: None,
            created_at: at.clone(),
            updated_at: at,
        }
    }
}

/// Background is shown as what it is closest to.
fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::System | Role::Context => "system",
        Role::Tool => "tool",
    }
}

/// How far a message got, as a word.
pub(crate) fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Queued => "queued",
        Delivery::Sent => "sent",
        Delivery::Delivered => "delivered",
        Delivery::Failed => "failed",
    }
}

/// A message's name in a path: its UUID, or its integer.
fn key(text: &str) -> parlor_model::Result<MessageKey> {
    let reference = Reference::of_path(text, Noun::Message)?;
    Ok(match reference {
        Reference::Id(id) => MessageKey::Id(parlor_model::Id::new(id)),
        Reference::Number(number) => MessageKey::Number(number),
    })
}

/// The context in which a chat is written to: this vendor has no scopes for messages apart from those for chats.
fn writing(mut ctx: Ctx) -> Ctx {
    if ctx.allows(Scope::write(Resource::Conversations)) {
        ctx.scopes = ctx.scopes.with(Scope::write(Resource::Messages));
    }
    ctx
}
