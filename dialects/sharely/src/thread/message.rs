//! Wire form of a thread's messages and drafts.

use parlor_kit::ids::format_uuid;
use parlor_kit::time::format_iso;
use parlor_model::draft::Draft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{Message, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Metadata, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::tool_call;

type JsonObject = Map<String, Value>;

/// A message of a thread. After `api-reference/agent/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreadMessage {
    id: String,
    thread_id: String,
    role: ThreadRole,
    /// What was said; null until it is finished.
    content: Option<String>,
    #[schema(value_type = Vec<Object>)]
    thinking_steps: Vec<JsonObject>,
    #[schema(value_type = Vec<Object>)]
    pub(super) tool_calls: Vec<JsonObject>,
    #[schema(value_type = Vec<Object>)]
    sources: Vec<JsonObject>,
    #[schema(value_type = Option<Object>)]
    token_usage: Option<JsonObject>,
    model: Option<String>,
    finish_reason: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<JsonObject>,
    created_at: String,
}

/// Who speaks. After `api-reference/agent/messages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ThreadRole {
    User,
    Assistant,
    System,
}

impl ThreadRole {
    pub(super) fn to_message_role(self) -> MessageRole {
        match self {
            Self::User => MessageRole::User,
            Self::Assistant => MessageRole::Assistant,
            Self::System => MessageRole::System,
        }
    }

    fn from_message_role(role: MessageRole) -> Self {
        match role {
            MessageRole::User => Self::User,
            MessageRole::Assistant => Self::Assistant,
            MessageRole::System | MessageRole::Tool | MessageRole::Context => Self::System,
        }
    }
}

/// Fields that messages and drafts have in common.
struct ThreadMessageParts {
    id: MessageId,
    role: MessageRole,
    content: Option<String>,
    details: MessageDetails,
    metadata: Metadata,
    at: Timestamp,
}

impl ThreadMessage {
    pub(super) fn from_message(message: Message) -> Self {
        let parts = ThreadMessageParts {
            id: message.id,
            role: message.role,
            content: Some(message.text.0),
            details: message.details,
            metadata: message.metadata,
            at: message.created_at,
        };
        Self::from_parts(message.conversation, parts)
    }

    pub(super) fn from_draft(thread: ConversationId, draft: Draft) -> Self {
        let parts = ThreadMessageParts {
            id: draft.id,
            role: draft.role,
            content: None,
            details: draft.details,
            metadata: draft.metadata,
            at: draft.created_at,
        };
        Self::from_parts(thread, parts)
    }

    fn from_parts(thread: ConversationId, parts: ThreadMessageParts) -> Self {
        let ThreadMessageParts {
            details, metadata, ..
        } = parts;
        let metadata = metadata.into_map();
        Self {
            id: format_uuid(parts.id),
            thread_id: format_uuid(thread),
            role: ThreadRole::from_message_role(parts.role),
            content: parts.content,
            thinking_steps: to_objects(details.thinking),
            tool_calls: to_tool_calls(details.tool_calls),
            sources: to_objects(details.sources),
            token_usage: match details.token_usage {
                Some(Value::Object(usage)) => Some(usage),
                _ => None,
            },
            model: details.model,
            finish_reason: details.finish_reason,
            metadata: (!metadata.is_empty()).then_some(metadata),
            created_at: format_iso(parts.at),
        }
    }
}

/// Returns tool calls; those that have the form of functions in this API's own.
fn to_tool_calls(value: Option<Value>) -> Vec<JsonObject> {
    let calls = to_objects(value).into_iter();
    calls
        .map(|call| {
            let call = Value::Object(call);
            match (tool_call::from_function(&call), call) {
                (Some(call), _) | (None, Value::Object(call)) => call,
                (None, _) => JsonObject::new(),
            }
        })
        .collect()
}

/// Returns the objects of a list. A plain link, as groups store their sources, is converted to an object.
fn to_objects(value: Option<Value>) -> Vec<JsonObject> {
    let Some(Value::Array(items)) = value else {
        return Vec::new();
    };
    let objects = items.into_iter().filter_map(|item| match item {
        Value::Object(object) => Some(object),
        Value::String(link) => match json!({ "type": "url", "url": link }) {
            Value::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    });
    objects.collect()
}
