//! Real-time notifications about conversations, published after a commit.

use std::sync::Arc;

use uuid::Uuid;

use crate::member::MemberRef;
use crate::redacted::Redacted;

/// A conversation's log reached a `seq`, or the conversation was deleted. It carries no content; subscribers read the
/// log. It is delivered at least once on the committing node, possibly late, repeatedly or out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogUpdate {
    /// Workspace number.
    pub ws: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Lower bound of the log's newest `seq`; [`LogUpdate::DELETED`] if the conversation was deleted.
    pub seq: i64,
}

impl LogUpdate {
    /// Value of `seq` that marks a deleted conversation.
    pub const DELETED: i64 = -1;

    /// Returns whether the conversation was deleted.
    pub const fn is_deletion(&self) -> bool {
        self.seq == Self::DELETED
    }
}

/// Event delivered to current subscribers and not stored.
#[derive(Debug, Clone)]
pub struct EphemeralEvent {
    /// Workspace number.
    pub ws: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Connection that sent the event and does not receive it.
    pub origin: Uuid,
    /// Sender.
    pub member: MemberRef,
    /// Content.
    pub content: EphemeralContent,
}

/// Content of an ephemeral event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EphemeralContent {
    /// The sender started or stopped typing.
    Typing(bool),
    /// The sender has read up to this `seq`.
    Read(i64),
}

/// Presence announcement between nodes; not stored.
#[derive(Debug, Clone)]
pub struct PresenceAnnouncement {
    /// Workspace number.
    pub ws: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Announcing node.
    pub node: Uuid,
    /// Announced state.
    pub state: PresenceState,
}

/// Presence of a member in a conversation on one node.
#[derive(Debug, Clone)]
pub enum PresenceState {
    /// The member is online on this node. Repeated periodically, because a node may crash without a farewell.
    Online(MemberRef),
    /// The member is no longer online on this node.
    Offline(i64),
    /// A subscriber has appeared on this node; the other nodes shall announce their members.
    Query,
}

/// Message between programs of a workspace on a channel; held in memory only.
#[derive(Debug, Clone)]
pub struct ChannelMessage {
    /// Workspace number.
    pub ws: i64,
    /// Channel id, a secret shared by its users.
    pub channel: Redacted<Arc<str>>,
    /// Message id; distinguishes a repeat from another message with the same text.
    pub id: Uuid,
    /// JSON object as compact ASCII text.
    pub message: Redacted<Arc<str>>,
}
