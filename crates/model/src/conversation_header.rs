//! A conversation as far as no message changes it.

use crate::conversation::{Conversation, ConversationKind, ConversationState};
use crate::id::ConversationId;
use crate::member::MemberRef;

impl Conversation {
    /// What no message changes of it.
    pub fn to_header(&self) -> ConversationHeader {
        ConversationHeader {
            number: self.number,
            id: self.id,
            kind: self.kind,
            state: self.state,
            title_is_automatic: self.title_is_automatic,
            assistant: self.service.assistant,
            owner: self.owner.clone(),
            subject: self.subject.clone(),
        }
    }
}

/// What saying something in a conversation needs to know of it: nothing that a message changes.
#[derive(Debug, Clone)]
pub struct ConversationHeader {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// Where it is in its life.
    pub state: ConversationState,
    /// The title was invented and gives way to a better one.
    pub title_is_automatic: bool,
    /// The assistant's member number.
    pub assistant: Option<i64>,
    /// Who made it. None when a key made it that acts for nobody.
    pub owner: Option<MemberRef>,
    /// Whom it is for.
    pub subject: Option<MemberRef>,
}
