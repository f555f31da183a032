//! Spaces: containers of conversations.

use crate::conversation::ConversationKind;
use crate::id::{ConversationId, MemberId, SpaceId};
use crate::member::MemberRef;
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// A space whole.
#[derive(Debug, Clone)]
pub struct Space {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: SpaceId,
    /// What it is called.
    pub name: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The contact it is associated with.
    pub contact: Option<MemberId>,
    /// The member whose own space it is.
    pub owner: Option<MemberRef>,
    /// A name unique in the workspace.
    pub alias: Option<String>,
    /// An outside blueprint's id; kept and returned, never interpreted.
    pub blueprint: Option<String>,
    /// The conversation used where none is named.
    pub default_conversation: Option<ConversationId>,
    /// Free JSON.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A row of a listing or an export, borrowed from the store while it is being read.
#[derive(Debug, Clone, Copy)]
pub struct SpaceRow<'a> {
    /// Its id.
    pub id: SpaceId,
    /// What it is called.
    pub name: Option<&'a str>,
    /// A text about it.
    pub description: Option<&'a str>,
    /// The contact it is associated with.
    pub contact: Option<MemberId>,
    /// A name unique in the workspace.
    pub alias: Option<&'a str>,
    /// An outside blueprint's id.
    pub blueprint: Option<&'a str>,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What orders a conversation among those of its space.
#[derive(Debug, Clone, Copy)]
pub struct SpaceConversationSortKey {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its newest message was said.
    pub last_message_at: Option<Timestamp>,
}

/// What the list of a space shows of a conversation: nothing of it is long.
#[derive(Debug, Clone)]
pub struct SpaceConversation {
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: Option<String>,
    /// What it is.
    pub kind: ConversationKind,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its newest message was said.
    pub last_message_at: Option<Timestamp>,
    /// People and assistants have said more than one thing in it.
    pub has_several_messages: bool,
}

/// The contact of a space: one that exists, or one to be found by fingerprint or made.
#[derive(Debug, Clone)]
pub enum ContactRef {
    /// By id; unknown is refused.
    Id(MemberId),
    /// By fingerprint; made on first use.
    Ensure(Box<crate::member::CreateMember>),
}

/// What to make a space of.
#[derive(Debug, Clone, Default)]
pub struct CreateSpace {
    /// What it is called.
    pub name: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The contact it is associated with.
    pub contact: Option<ContactRef>,
    /// A name unique in the workspace.
    pub alias: Option<String>,
    /// An outside blueprint's id.
    pub blueprint: Option<String>,
    /// Free JSON.
    pub metadata: Metadata,
}

/// What to change of a space. `None` keeps; `Some(None)` clears.
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
    /// Merged into the metadata at the top level.
    pub metadata: Option<Metadata>,
}

/// Which spaces a listing shows.
#[derive(Debug, Clone, Default)]
pub struct SpaceFilter {
    /// Only spaces of any of these contacts; empty means no restriction.
    pub contacts: Vec<MemberId>,
    /// Only spaces with this blueprint.
    pub blueprint: Option<String>,
    /// Only spaces whose metadata equals every one of these.
    pub metadata: Vec<crate::keyset::MetadataFilter>,
}
