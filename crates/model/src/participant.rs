//! Participants: members in a conversation, with their own settings.

use crate::conversation::ConversationKey;
use crate::id::MessageId;
use crate::member::{MemberKey, MemberRef};
use crate::message::MessageKey;
use crate::scope::Scope;
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

/// What lets a caller change who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParticipantAuthority {
    /// This scope, in a conversation the caller may see.
    Scope(Scope),
    /// The acting member's own part: whoever takes part adds others while access is open, otherwise only the owner
    /// does; only the owner removes.
    Membership,
}

/// What to do about somebody who takes part already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Add nobody.
    Refuse,
    /// Add the others.
    Skip,
}

/// Whom to add to a conversation.
#[derive(Debug, Clone)]
pub struct AddParticipants {
    /// Where.
    pub conversation: ConversationKey,
    /// Who, and as what; never as the owner.
    pub participants: Vec<NewParticipant>,
    /// What to do about somebody who takes part already.
    pub on_duplicate: OnDuplicate,
    /// What lets the caller.
    pub authority: ParticipantAuthority,
}

/// Whom to remove from a conversation.
#[derive(Debug, Clone)]
pub struct RemoveParticipants {
    /// Where.
    pub conversation: ConversationKey,
    /// Who. Under a scope somebody who does not take part is refused, otherwise passed over.
    pub members: Vec<MemberKey>,
    /// What lets the caller.
    pub authority: ParticipantAuthority,
}

/// What to change of the acting member's own settings. `None` keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpdateParticipantSettings {
    /// Keep it on top.
    pub pinned: Option<bool>,
    /// No notifications.
    pub muted: Option<bool>,
    /// Out of the list until something new is said.
    pub hidden: Option<bool>,
}

/// What an owner changes of how a conversation presents itself. `None` keeps.
#[derive(Debug, Clone, Default)]
pub struct UpdateGroupProfile {
    /// New title.
    pub title: Option<String>,
    /// New address of a picture.
    pub icon: Option<String>,
    /// Whether anyone who knows the id may join.
    pub open_access: Option<bool>,
}

/// How far the acting member has read. A mark never moves backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadTarget {
    /// Up to a position of the log.
    Seq(i64),
    /// Up to a message.
    Message(MessageKey),
    /// So many more of what others said, oldest first.
    Count(i64),
    /// Everything there is.
    All,
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
