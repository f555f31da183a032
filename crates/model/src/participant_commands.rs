//! Commands that change who participates in a conversation, and a participant's own settings.

use crate::conversation::ConversationKey;
use crate::member::MemberKey;
use crate::message::MessageKey;
use crate::participant::NewParticipant;
use crate::scope::Scope;

/// Permission on which a change of participants is based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParticipantAuthority {
    /// This scope, in a conversation that the caller may read.
    Scope(Scope),
    /// The actor's own participation: participants may add others while access is open, otherwise only the owner; only
    /// the owner may remove.
    Membership,
}

/// Handling of members that already participate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Refuses the whole command.
    Refuse,
    /// Adds the others.
    Skip,
}

/// Command that adds participants.
#[derive(Debug, Clone)]
pub struct AddParticipants {
    /// Conversation.
    pub conversation: ConversationKey,
    /// Members and their roles; never the owner role.
    pub participants: Vec<NewParticipant>,
    /// Handling of members that already participate.
    pub on_duplicate: OnDuplicate,
    /// Permission on which the command is based.
    pub authority: ParticipantAuthority,
}

/// Command that removes participants.
#[derive(Debug, Clone)]
pub struct RemoveParticipants {
    /// Conversation.
    pub conversation: ConversationKey,
    /// Members. One that does not participate is refused under a scope, otherwise ignored.
    pub members: Vec<MemberKey>,
    /// Permission on which the command is based.
    pub authority: ParticipantAuthority,
}

/// Changes to the acting member's own settings. `None` keeps a field.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpdateParticipantSettings {
    /// Pinned to the top.
    pub pinned: Option<bool>,
    /// Muted, no notifications.
    pub muted: Option<bool>,
    /// Hidden from the list until a new message arrives.
    pub hidden: Option<bool>,
}

/// Changes of the owner to a group's profile. `None` keeps a field.
#[derive(Debug, Clone, Default)]
pub struct UpdateGroupProfile {
    /// New title.
    pub title: Option<String>,
    /// New picture URL.
    pub icon: Option<String>,
    /// Whether any member that knows the id may join.
    pub open_access: Option<bool>,
}

/// Target of the acting member's read mark. A mark never moves backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadTarget {
    /// Up to a `seq` of the log.
    Seq(i64),
    /// Up to a message.
    Message(MessageKey),
    /// Past this many further unread messages of others, oldest first.
    Count(i64),
    /// Up to the end of the log.
    All,
}
