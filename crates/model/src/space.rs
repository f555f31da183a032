//! Spaces: containers of conversations.

use crate::conversation::ConversationKind;
use crate::id::{ConversationId, MemberId, SpaceId};
use crate::member::MemberRef;
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// Space with all its columns.
#[derive(Debug, Clone)]
pub struct Space {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: SpaceId,
    /// Display name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Associated contact.
    pub contact: Option<MemberId>,
    /// Member whose personal space it is.
    pub owner: Option<MemberRef>,
    /// Alias, unique in the workspace.
    pub alias: Option<String>,
    /// External blueprint id; stored uninterpreted.
    pub blueprint: Option<String>,
    /// Default conversation.
    pub default_conversation: Option<ConversationId>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Row of a list or an export, borrowed from the store while it is read.
#[derive(Debug, Clone, Copy)]
pub struct SpaceRow<'a> {
    /// Public id.
    pub id: SpaceId,
    /// Display name.
    pub name: Option<&'a str>,
    /// Description.
    pub description: Option<&'a str>,
    /// Associated contact.
    pub contact: Option<MemberId>,
    /// Alias, unique in the workspace.
    pub alias: Option<&'a str>,
    /// External blueprint id.
    pub blueprint: Option<&'a str>,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Sort key of a conversation within its space.
#[derive(Debug, Clone, Copy)]
pub struct SpaceConversationSortKey {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// Kind.
    pub kind: ConversationKind,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the newest message.
    pub last_message_at: Option<Timestamp>,
}

/// Conversation as listed in a space; contains no long texts.
#[derive(Debug, Clone)]
pub struct SpaceConversation {
    /// Public id.
    pub id: ConversationId,
    /// Title.
    pub title: Option<String>,
    /// Kind.
    pub kind: ConversationKind,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Time of the newest message.
    pub last_message_at: Option<Timestamp>,
    /// The conversation has more than one conversational message.
    pub has_several_messages: bool,
}

/// Contact of a space: an existing one, or one found by fingerprint or created.
#[derive(Debug, Clone)]
pub enum ContactRef {
    /// By id; an unknown id is refused.
    Id(MemberId),
    /// By fingerprint; the contact is created on first use.
    Ensure(Box<crate::member::CreateMember>),
}

/// Command that creates a space.
#[derive(Debug, Clone, Default)]
pub struct CreateSpace {
    /// Display name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Associated contact.
    pub contact: Option<ContactRef>,
    /// Alias, unique in the workspace.
    pub alias: Option<String>,
    /// External blueprint id.
    pub blueprint: Option<String>,
    /// Free-form JSON.
    pub metadata: Metadata,
}

/// Changes to a space. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateSpace {
    /// New name.
    pub name: Option<Option<String>>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New contact.
    pub contact: Option<Option<ContactRef>>,
    /// New alias.
    pub alias: Option<Option<String>>,
    /// New blueprint.
    pub blueprint: Option<Option<String>>,
    /// Merged into the metadata at the top level; null removes a key.
    pub metadata: Option<Metadata>,
}

/// Filter of a space list.
#[derive(Debug, Clone, Default)]
pub struct SpaceFilter {
    /// Only spaces of any of these contacts; empty means no restriction.
    pub contacts: Vec<MemberId>,
    /// Only spaces with this blueprint.
    pub blueprint: Option<String>,
    /// Only spaces whose metadata satisfies all of these filters.
    pub metadata: Vec<crate::metadata_filter::MetadataFilter>,
}
