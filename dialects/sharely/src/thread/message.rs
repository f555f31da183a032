//! A message of a thread, with the steps that led to it.

use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_model::details::Details;
use parlor_model::draft::Draft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message as core;
use parlor_model::{Metadata, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

type Object = Map<String, Value>;

/// A message of a thread. After `api-reference/agent/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ThreadMessage)]
pub(crate) struct Message {
    id: String,
    thread_id: String,
    role: Role,
    /// What was said; null until it is finished.
    content: Option<String>,
    #[schema(value_type = Vec<Object>)]
    thinking_steps: Vec<Object>,
    #[schema(value_type = Vec<Object>)]
    tool_calls: Vec<Object>,
    #[schema(value_type = Vec<Object>)]
    sources: Vec<Object>,
    #[schema(value_type = Option<Object>)]
    token_usage: Option<Object>,
    model: Option<String>,
    finish_reason: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Object>,
    created_at: String,
}

/// Who speaks. After `api-reference/agent/messages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ThreadRole)]
pub(crate) enum Role {
    User,
    Assistant,
    System,
}

impl Role {
    pub(super) fn core(self) -> core::Role {
        match self {
            Self::User => core::Role::User,
            Self::Assistant => core::Role::Assistant,
            Self::System => core::Role::System,
        }
    }

    fn of(role: core::Role) -> Self {
        match role {
            core::Role::User => Self::User,
            core::Role::Assistant => Self::Assistant,
            core::Role::System | core::Role::Tool | core::Role::Context => Self::System,
        }
    }
}

/// What messages and drafts have in common.
struct Parts {
    id: MessageId,
    role: core::Role,
    content: Option<String>,
    details: Details,
    metadata: Metadata,
    at: Timestamp,
}

impl Message {
    pub(super) fn of(message: core::Message) -> Self {
        let parts = Parts {
            id: message.id,
            role: message.role,
            content: Some(message.text.0),
            details: message.details,
            metadata: message.metadata,
            at: message.created_at,
        };
        Self::from_parts(message.conversation, parts)
    }

    pub(super) fn of_draft(thread: ConversationId, draft: Draft) -> Self {
        let parts = Parts {
            id: draft.id,
            role: draft.role,
            content: None,
            details: draft.details,
            metadata: draft.metadata,
            at: draft.created_at,
        };
        Self::from_parts(thread, parts)
    }

    fn from_parts(thread: ConversationId, parts: Parts) -> Self {
        let Parts {
            details, metadata, ..
        } = parts;
        let metadata = metadata.into_map();
        Self {
            id: dashed(parts.id),
            thread_id: dashed(thread),
            role: Role::of(parts.role),
            content: parts.content,
            thinking_steps: objects(details.thinking),
            tool_calls: objects(details.tool_calls),
            sources: objects(details.sources),
            token_usage: match details.token_usage {
                Some(Value::Object(usage)) => Some(usage),
                _ => None,
            },
            model: details.model,
            finish_reason: details.finish_reason,
            metadata: (!metadata.is_empty()).then_some(metadata),
            created_at: iso(parts.at),
        }
    }
}

/// The objects of a list. A bare link, as groups keep their sources, becomes one.
fn objects(value: Option<Value>) -> Vec<Object> {
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
