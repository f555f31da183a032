//! Participants: members of a conversation, with their own settings.

use crate::id::MessageId;
use crate::member::{MemberKey, MemberRef};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Role of a participant in the conversation.
    ParticipantRole {
        /// Created the conversation or took it over; the admin of a group.
        Owner = "owner",
        /// Ordinary participant; in a chat created for another member, that member.
        Member = "member",
        /// Program that answers.
        Assistant = "assistant",
        /// Member that supervises an assistant.
        Operator = "operator",
        /// Member that may be consulted.
        Contributor = "contributor",
    }
}

string_enum! {
    /// State of a participation.
    ParticipantState {
        /// Participates.
        Joined = "joined",
        /// Left voluntarily.
        Left = "left",
        /// Was removed.
        Removed = "removed",
    }
}

/// Participant with all its columns.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Member.
    pub member: MemberRef,
    /// Role.
    pub role: ParticipantRole,
    /// State.
    pub state: ParticipantState,
    /// Time of joining.
    pub joined_at: Timestamp,
    /// Read mark: the last read `seq`. After leaving, the `seq` of leaving.
    pub read_seq: i64,
    /// Time of the last read mark. After leaving, the time of leaving.
    pub read_at: Option<Timestamp>,
    /// Own setting: time of pinning.
    pub pinned_at: Option<Timestamp>,
    /// Own setting: muted, no notifications.
    pub muted: bool,
    /// Own setting: hidden from the list until a message follows this `seq`.
    pub hidden_seq: Option<i64>,
}

/// Member to add to a new or an existing conversation.
#[derive(Debug, Clone)]
pub struct NewParticipant {
    /// Member.
    pub member: MemberKey,
    /// Role.
    pub role: ParticipantRole,
}

/// Unread state after a read mark was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadState {
    /// Number of messages of others after the mark.
    pub unread: i64,
    /// Number of those that mention the member.
    pub mentions: i64,
    /// Read mark.
    pub read_seq: i64,
    /// Newest message at or before the mark.
    pub last_read: Option<MessageId>,
}

/// Unread totals of a member over all its conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnreadTotals {
    /// Number of unread messages of others.
    pub unread: i64,
    /// Number of those that mention the member.
    pub mentions: i64,
}
