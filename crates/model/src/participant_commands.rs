//! Commands that change who participates in a conversation, and a participant's own settings.

use crate::conversation::ConversationKey;
use crate::member::MemberKey;
use crate::message::MessageKey;
use crate::participant::NewParticipant;
use crate::scope::Scope;

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
