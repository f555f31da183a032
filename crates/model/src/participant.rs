//! Participants: members in a conversation, with their own settings.

use crate::member::{MemberKey, MemberRef};
use crate::time::Timestamp;
use crate::word::words;

words! {
    /// What a participant is in the conversation.
    Role {
        /// Made it, or took it over; the admin of a group.
        Owner = "owner",
        /// Takes part; in a chat for somebody else, that somebody.
        Member = "member",
        /// Answers as a program.
        Assistant = "assistant",
        /// Watches over an assistant.
        Operator = "operator",
        /// May be asked.
        Contributor = "contributor",
    }
}

words! {
    /// Whether a participant still takes part.
    State {
        /// Takes part.
        Joined = "joined",
        /// Left by its own will.
        Left = "left",
        /// Was removed.
        Removed = "removed",
    }
}

/// A participant whole.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Who.
    pub member: MemberRef,
    /// As what.
    pub role: Role,
    /// Whether still.
    pub state: State,
    /// Since when.
    pub joined_at: Timestamp,
    /// How far it has read: a position of the log.
    pub read_seq: i64,
    /// When it last said so.
    pub read_at: Option<Timestamp>,
    /// Own setting: pinned since.
    pub pinned_at: Option<Timestamp>,
    /// Own setting: no notifications.
    pub muted: bool,
    /// Own setting: not in the list until something is said after this position.
    pub hidden_seq: Option<i64>,
}

/// Somebody to be in a new conversation, or to be added to one.
#[derive(Debug, Clone)]
pub struct NewParticipant {
    /// Who.
    pub who: MemberKey,
    /// As what.
    pub role: Role,
}
