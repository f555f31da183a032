//! What is told of conversations after a commit, so that those who listen learn of it at once.

use std::sync::Arc;

use uuid::Uuid;

use crate::member::MemberRef;
use crate::redacted::Redacted;

/// A conversation's log reached a position, or the conversation is gone. It says nothing of what was written: whoever
/// wants to know reads the log. Told at least once on the node that committed, perhaps late, perhaps more than once
/// and in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogUpdate {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The position its log has at least; [`LogUpdate::DELETED`] where the conversation was deleted.
    pub seq: i64,
}

impl LogUpdate {
    /// In place of a position: there is no such conversation any more.
    pub const DELETED: i64 = -1;

    /// Whether the conversation was deleted.
    pub const fn is_deletion(&self) -> bool {
        self.seq == Self::DELETED
    }
}

/// Something passing that is told to those who listen at the moment and kept nowhere.
#[derive(Debug, Clone)]
pub struct EphemeralEvent {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The connection it came by, which is not told of itself.
    pub origin: Uuid,
    /// Who gives it.
    pub member: MemberRef,
    /// What it says.
    pub content: EphemeralContent,
}

/// What a signal says of who gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EphemeralContent {
    /// Began or stopped typing.
    Typing(bool),
    /// Has read up to a position.
    Read(i64),
}

/// Who has a conversation on screen, as nodes tell each other; kept nowhere.
#[derive(Debug, Clone)]
pub struct PresenceAnnouncement {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The node that tells.
    pub node: Uuid,
    /// What it tells.
    pub state: PresenceState,
}

/// What a node tells of who has a conversation on screen.
#[derive(Debug, Clone)]
pub enum PresenceState {
    /// This one has, on this node; told again from time to time while it is so, because a node may end without a word.
    Online(MemberRef),
    /// This member has not any more.
    Offline(i64),
    /// Somebody has begun to look on this node: the others are to say whom they have.
    Query,
}

/// A message that programs of a workspace pass to each other on a channel; kept nowhere but in memory.
#[derive(Debug, Clone)]
pub struct ChannelMessage {
    /// The workspace's number.
    pub ws: i64,
    /// The channel's id, which its users keep to themselves.
    pub channel: Redacted<Arc<str>>,
    /// Tells a repeat from another message of the same text.
    pub id: Uuid,
    /// A JSON object as compact ASCII text.
    pub message: Redacted<Arc<str>>,
}
