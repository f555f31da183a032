//! What is told of conversations after a commit, so that those who listen learn of it at once.

use std::sync::Arc;

use uuid::Uuid;

use crate::member::MemberRef;
use crate::private::Private;

/// A conversation's log reached a position, or the conversation is gone. It says nothing of what was written: whoever
/// wants to know reads the log. Told at least once on the node that committed, perhaps late, perhaps more than once
/// and in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Growth {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The position its log has at least; [`Growth::GONE`] where the conversation was deleted.
    pub seq: i64,
}

impl Growth {
    /// In place of a position: there is no such conversation any more.
    pub const GONE: i64 = -1;

    /// Whether the conversation was deleted.
    pub const fn is_end(&self) -> bool {
        self.seq == Self::GONE
    }
}

/// Something passing that is told to those who listen at the moment and kept nowhere.
#[derive(Debug, Clone)]
pub struct Signal {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The connection it came by, which is not told of itself.
    pub from: Uuid,
    /// Who gives it.
    pub who: MemberRef,
    /// What it says.
    pub sign: Sign,
}

/// What a signal says of who gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Began or stopped typing.
    Typing(bool),
    /// Has read up to a position.
    Read(i64),
}

/// Who has a conversation on screen, as nodes tell each other; kept nowhere.
#[derive(Debug, Clone)]
pub struct Presence {
    /// The workspace's number.
    pub ws: i64,
    /// The conversation's number.
    pub conversation: i64,
    /// The node that tells.
    pub node: Uuid,
    /// What it tells.
    pub here: Here,
}

/// What a node tells of who has a conversation on screen.
#[derive(Debug, Clone)]
pub enum Here {
    /// This one has, on this node; told again from time to time while it is so, because a node may end without a word.
    In(MemberRef),
    /// This member has not any more.
    Out(i64),
    /// Somebody has begun to look on this node: the others are to say whom they have.
    Who,
}

/// A message that programs of a workspace pass to each other on a channel; kept nowhere but in memory.
#[derive(Debug, Clone)]
pub struct ChannelMessage {
    /// The workspace's number.
    pub ws: i64,
    /// The channel's id, which its users keep to themselves.
    pub channel: Private<Arc<str>>,
    /// Tells a repeat from another message of the same text.
    pub id: Uuid,
    /// A JSON object as compact ASCII text.
    pub message: Private<Arc<str>>,
}
