//! Groups: the conversations of a space.

pub(crate) mod batches;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod find;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod rename;

use parlor_kit::ids::format_uuid;
use parlor_kit::time::format_iso;
use parlor_model::conversation::{Conversation, ConversationKind};
use parlor_model::space::SpaceConversation;
use serde::Serialize;
use utoipa::ToSchema;

/// Name of a group without a title.
pub(crate) const DEFAULT_GROUP_NAME: &str = "General";
/// Name of a thread without a title, where it is listed among groups.
const DEFAULT_THREAD_NAME: &str = "Thread";

/// Returns a conversation's name among the groups of its space.
pub(crate) fn display_name(title: Option<String>, kind: ConversationKind) -> String {
    title.unwrap_or_else(|| {
        match kind {
            ConversationKind::Thread => DEFAULT_THREAD_NAME,
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Direct => {
                DEFAULT_GROUP_NAME
            }
        }
        .to_owned()
    })
}

/// A group. Made after what `api-reference/spaces/get` shows of one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Group)]
pub(crate) struct GroupResponse {
    id: String,
    name: String,
    /// `PUBLIC`, or `THREAD` for a talk with an agent.
    #[serde(rename = "type")]
    kind: GroupType,
    /// When somebody last said something in it.
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// What a group is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum GroupType {
    Public,
    Thread,
    /// What the browser widget calls a group of its own.
    Space,
}

impl GroupType {
    pub(crate) fn from_kind(kind: ConversationKind) -> Self {
        match kind {
            ConversationKind::Thread => Self::Thread,
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Direct => {
                Self::Public
            }
        }
    }
}

impl From<Conversation> for GroupResponse {
    fn from(conversation: Conversation) -> Self {
        Self {
            id: format_uuid(conversation.id),
            name: display_name(conversation.title, conversation.kind),
            kind: GroupType::from_kind(conversation.kind),
            last_message_at: conversation.last_message_at.map(format_iso),
            created_at: format_iso(conversation.created_at),
            updated_at: format_iso(conversation.updated_at),
        }
    }
}

impl From<SpaceConversation> for GroupResponse {
    fn from(conversation: SpaceConversation) -> Self {
        Self {
            id: format_uuid(conversation.id),
            name: display_name(conversation.title, conversation.kind),
            kind: GroupType::from_kind(conversation.kind),
            last_message_at: conversation.last_message_at.map(format_iso),
            created_at: format_iso(conversation.created_at),
            updated_at: format_iso(conversation.updated_at),
        }
    }
}
