//! A member's own view of the conversations it takes or took part in.

use crate::conversation::{ConversationKey, ConversationKind, ConversationState};
use crate::id::ConversationId;
use crate::member::MemberRef;
use crate::message::MessageRole;
use crate::participant::ParticipantState as Taking;
use crate::redacted::Redacted;
use crate::time::Timestamp;

/// One conversation as one of its members sees it in a list.
#[derive(Debug, Clone)]
pub struct ConversationListItem {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// Where it is in its life.
    pub state: ConversationState,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// For a conversation that has no title of its own, the others in it: the first three, in the order they joined.
    pub others: Vec<MemberRef>,
    /// Address of a picture, or empty.
    pub icon: String,
    /// The other one of a direct conversation.
    pub peer: Option<MemberRef>,
    /// Whether the member still takes part.
    pub membership: Taking,
    /// Own setting: no notifications.
    pub muted: bool,
    /// What others have said that the member has not read; nothing for one that is gone.
    pub unread: i64,
    /// Those of it that mention the member.
    pub mentions: i64,
    /// The newest message; for one that is gone, the newest of its time.
    pub last: Option<LastMessage>,
    /// Where the row stands in the list.
    pub cursor: ListCursor,
    /// The newest position of the conversation's log.
    pub last_seq: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// That something changed in one of a member's conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListItemChange {
    /// The conversation's number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// Whether the member still takes part.
    pub membership: Taking,
    /// Whether it is in the member's list: it takes part and has not hidden it.
    pub listed: bool,
    /// When anything the list shows last changed; for one that is gone, when it went.
    pub at: Timestamp,
}

/// The newest thing said in a conversation.
#[derive(Debug, Clone)]
pub struct LastMessage {
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word of the writer's dialect.
    pub subtype: Option<String>,
    /// What was said.
    pub text: Redacted<String>,
    /// When.
    pub at: Timestamp,
}

/// Where a row stands in the list: pinned ones first, the latest pin on top; then by the newest message, by creation
/// where nothing was said, by going for one that is gone; then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// Pinned since.
    pub pinned_at: Option<Timestamp>,
    /// The newest thing that happened to it.
    pub active_at: Timestamp,
    /// The conversation's number.
    pub number: i64,
}

/// Which of them to list.
#[derive(Debug, Clone, Default)]
pub struct ListOwnConversations {
    /// Part of the title, of a direct one the other's name, whatever the case.
    pub keyword: Option<String>,
    /// Only this one.
    pub only: Option<ConversationKey>,
    /// Strictly behind this place.
    pub after: Option<ListCursor>,
    /// Rows at the most.
    pub limit: i64,
}
