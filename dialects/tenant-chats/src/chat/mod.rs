//! Chats.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::ids::format_uuid;
use parlor_kit::time;
use parlor_model::conversation::{Conversation, ConversationState};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::{Metadata, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ids;

/// A chat, as api-reference/chats/create shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chat)]
pub(crate) struct ChatResponse {
    /// A UUID.
    pub(crate) id: String,
    /// The customer's own id of the user it is for, as it was sent.
    pub(crate) user_id: String,
    /// The tenant behind the key: a UUID.
    pub(crate) tenant_id: String,
    /// Never empty.
    pub(crate) title: String,
    /// Settings, of which the metadata is one.
    pub(crate) config: ChatConfig,
    /// When it was made.
    pub(crate) created_at: String,
    /// When it last changed, messages included.
    pub(crate) updated_at: String,
    /// When the newest message was made; null before the first.
    pub(crate) last_message_at: Option<String>,
}

/// A chat's settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Config)]
pub(crate) struct ChatConfig {
    /// What the customer hung on it.
    #[schema(value_type = Object)]
    pub(crate) metadata: Map<String, Value>,
}

impl ChatResponse {
    /// Renders any conversation of a workspace as a chat.
    fn from_conversation(workspace: WorkspaceRef, conversation: Conversation) -> Self {
        Self {
            id: format_uuid(conversation.id),
            user_id: ids::chat_user_id(&conversation),
            tenant_id: format_uuid(workspace.id),
            title: conversation
                .title
                .unwrap_or_else(|| automatic_title(conversation.created_at)),
            config: ChatConfig::from_metadata(conversation.metadata),
            created_at: time::format_iso(conversation.created_at),
            updated_at: time::format_iso(conversation.updated_at),
            last_message_at: conversation.last_message_at.map(time::format_iso),
        }
    }
}

impl ChatConfig {
    fn from_metadata(metadata: Metadata) -> Self {
        Self {
            metadata: metadata.into_map(),
        }
    }
}

/// Returns the title of a chat that was created without one: `Chat 2024-01-15 10:30`, in UTC.
pub(crate) fn automatic_title(at: Timestamp) -> String {
    let at = time::format_iso(at);
    let minute = at.get(..16).unwrap_or(&at).replace('T', " ");
    format!("Chat {minute}")
}

/// Returns the status of a chat. Conversations that other dialects archived are closed.
pub(crate) fn chat_status(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Active => "active",
        ConversationState::Archived | ConversationState::Closed => "closed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_title_has_the_minute() {
        let at = Timestamp::from_millis(1_705_314_659_999);
        assert_eq!(automatic_title(at), "Chat 2024-01-15 10:30");
    }
}
