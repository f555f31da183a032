//! A member's own conversation list.

use crate::conversation::{ConversationKey, ConversationKind, ConversationState};
use crate::id::ConversationId;
use crate::member::MemberRef;
use crate::message::MessageRole;
use crate::participant::ParticipantState;
use crate::redacted::Redacted;
use crate::time::Timestamp;

/// One row of a member's own conversation list.
#[derive(Debug, Clone)]
pub struct ConversationListItem {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// Kind.
    pub kind: ConversationKind,
    /// Life-cycle state.
    pub state: ConversationState,
    /// Title, if it has one.
    pub title: Option<String>,
    /// For an untitled conversation, the first three other participants in the order of joining.
    pub others: Vec<MemberRef>,
    /// URL of a picture, or empty.
    pub icon: String,
    /// The other member of a direct conversation.
    pub peer: Option<MemberRef>,
    /// State of the member's participation.
    pub membership: ParticipantState,
    /// Own setting: muted, no notifications.
    pub muted: bool,
    /// Number of unread messages of others; 0 after leaving.
    pub unread: i64,
    /// Number of those that mention the member.
    pub mentions: i64,
    /// Newest message; after leaving, the newest one up to that point.
    pub last: Option<LastMessage>,
    /// Position of the row in the list.
    pub cursor: ListCursor,
    /// Newest `seq` of the conversation's log.
    pub last_seq: i64,
    /// Creation time.
    pub created_at: Timestamp,
}

/// Time of the last change of one of a member's conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListItemChange {
    /// Conversation number.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// State of the member's participation.
    pub membership: ParticipantState,
    /// Whether the conversation is in the member's list: the member participates and has not hidden it.
    pub listed: bool,
    /// Time of the last change of anything in the list item; after leaving, the time of leaving.
    pub at: Timestamp,
}

/// Newest user or assistant message of a conversation.
#[derive(Debug, Clone)]
pub struct LastMessage {
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype of the role.
    pub subtype: Option<String>,
    /// Message text.
    pub text: Redacted<String>,
    /// Time.
    pub at: Timestamp,
}

/// Position in a member's own list. Order: pinned first, latest pin on top; then by newest message (creation time if
/// there is none, time of leaving after leaving); then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// Time of pinning.
    pub pinned_at: Option<Timestamp>,
    /// Activity time used for sorting.
    pub active_at: Timestamp,
    /// Conversation number.
    pub number: i64,
}

/// Query for a member's own conversation list.
#[derive(Debug, Clone, Default)]
pub struct ListOwnConversations {
    /// Case-insensitive part of the title, or of the other member's name in a direct conversation.
    pub keyword: Option<String>,
    /// Only this conversation.
    pub only: Option<ConversationKey>,
    /// Only rows strictly after this position.
    pub after: Option<ListCursor>,
    /// Maximum number of rows.
    pub limit: i64,
}
