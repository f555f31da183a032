//! Participants: members in a conversation, with their own settings.

use crate::id::MessageId;
use crate::member::{MemberKey, MemberRef};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// What a participant is in the conversation.
    ParticipantRole {
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

string_enum! {
    /// Whether a participant still takes part.
    ParticipantState {
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
    pub role: ParticipantRole,
    /// Whether still.
    pub state: ParticipantState,
    /// Since when.
    pub joined_at: Timestamp,
    /// How far it has read: a position of the log. For one that is gone, the position at which it went.
    pub read_seq: i64,
    /// When it last said so. For one that is gone, when it went.
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
    pub member: MemberKey,
    /// As what.
    pub role: ParticipantRole,
}

/// What is left unread after a mark was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadState {
    /// Said by others after the mark.
    pub unread: i64,
    /// Those of it that mention the member.
    pub mentions: i64,
    /// The mark.
    pub read_seq: i64,
    /// The newest message at or before the mark.
    pub last_read: Option<MessageId>,
}

/// What a member has not read anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnreadTotals {
    /// Said by others.
    pub unread: i64,
    /// Those of it that mention the member.
    pub mentions: i64,
}
