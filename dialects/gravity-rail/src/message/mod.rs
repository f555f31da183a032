//! Messages of a chat, after developer/api/workspace/chats/messages.

pub(crate) mod answer_chunk;
mod answer_stream;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod list_by_tool_call;
pub(crate) mod rate;
pub(crate) mod render_queue;
mod request;
pub(crate) mod send;

use parlor_engine::message::AppendResult;
use parlor_kit::time;
use parlor_model::Ctx;
use parlor_model::error::EntityKind;
use parlor_model::message::{Message, MessageKey, MessageRole};
use parlor_model::message_details::DeliveryStatus;
use parlor_model::rating::Rating;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids::{self, EntityRef};

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/chats/messages";

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
    /// `queued`, `sent`, `delivered`, `failed` or, where the carrier may have accepted it, `unknown`; null where nothing
    /// leaves the server.
    delivery_status: Option<&'static str>,
    /// `up` or `down`: the caller's own opinion, or else, with `chats:read`, the newest of anybody.
    rating: Option<&'static str>,
    rating_comment: Option<String>,
    created_at: String,
    updated_at: String,
}

impl OpenAIMessageResponse {
    /// Builds the object of a message of a chat.
    pub(crate) fn from_message(chat: i64, message: Message) -> Self {
        let details = message.details;
        Self {
            id: message.number,
            uuid: ids::format_uuid(message.id),
            chat_id: chat,
            // A message that only calls tools is no message for people.
            role: match details.tool_calls {
                Some(_) if message.role == MessageRole::Tool => "assistant",
                _ => role_name(message.role),
            },
            content: Some(message.text.0).filter(|text| !text.is_empty()),
            // Other dialects may store calls in another form.
            tool_calls: details.tool_calls.filter(Value::is_array),
            tool_call_id: details.tool_call,
            member_id: message.author.map(|author| author.number),
            delivery_status: details.delivery.map(delivery_status),
            rating: message.rating.map(Rating::as_str),
            rating_comment: message.rating_comment.map(|comment| comment.0),
            created_at: time::format_iso(message.created_at),
            updated_at: time::format_iso(message.updated_at),
        }
    }
}

/// A message just stored. The response is built from it, since another read could fail.
pub(crate) struct StoredMessage {
    pub(crate) chat: i64,
    pub(crate) appended: AppendResult,
    pub(crate) role: MessageRole,
    pub(crate) author: Option<i64>,
    pub(crate) text: String,
    pub(crate) tool_calls: Option<Value>,
    pub(crate) delivery: Option<DeliveryStatus>,
}

impl From<StoredMessage> for OpenAIMessageResponse {
    fn from(stored: StoredMessage) -> Self {
        let at = time::format_iso(stored.appended.at);
        Self {
            id: stored.appended.number,
            uuid: ids::format_uuid(stored.appended.id),
            chat_id: stored.chat,
            role: role_name(stored.role),
            content: Some(stored.text).filter(|text| !text.is_empty()),
            tool_calls: stored.tool_calls,
            tool_call_id: None,
            member_id: stored.author,
            delivery_status: stored.delivery.map(delivery_status),
            rating: None,
            rating_comment: None,
            created_at: at.clone(),
            updated_at: at,
        }
    }
}

/// Returns the role's name. Context messages are shown as `system`.
fn role_name(role: MessageRole) -> &'static str {
    match role {
        MessageRole::User => "user",
        MessageRole::Assistant => "assistant",
        MessageRole::System | MessageRole::Context => "system",
        MessageRole::Tool => "tool",
    }
}

/// Returns `deliveryStatus`.
pub(crate) fn delivery_status(delivery: DeliveryStatus) -> &'static str {
    match delivery {
        DeliveryStatus::Queued => "queued",
        DeliveryStatus::Sent => "sent",
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::Failed => "failed",
        DeliveryStatus::Unknown => "unknown",
    }
}

/// Parses the reference to a message in a path: its UUID or its integer.
fn parse_key(text: &str) -> parlor_model::Result<MessageKey> {
    let reference = EntityRef::from_path(text, EntityKind::Message)?;
    Ok(match reference {
        EntityRef::Id(id) => MessageKey::Id(parlor_model::Id::new(id)),
        EntityRef::Number(number) => MessageKey::Number(number),
    })
}

/// Grants `messages:write` with `chats:write`: this API has no separate scope for messages.
pub(crate) fn with_message_scope(mut ctx: Ctx) -> Ctx {
    if ctx.allows(Scope::write(Resource::Conversations)) {
        ctx.scopes = ctx.scopes.with_scope(Scope::write(Resource::Messages));
    }
    ctx
}
