//! The columns of a conversation that messages never change.

use crate::conversation::{Conversation, ConversationKind, ConversationState, Medium};
use crate::id::ConversationId;
use crate::member::MemberRef;

impl Conversation {
    /// Returns the columns that messages never change.
    pub fn to_header(&self) -> ConversationHeader {
        ConversationHeader {
            number: self.number,
            id: self.id,
            kind: self.kind,
            state: self.state,
            title_is_automatic: self.title_is_automatic,
            medium: self.service.medium,
            assistant: self.service.assistant,
            assistant_answers: self.service.assistant_enabled && !self.service.paused,
            owner: self.owner.clone(),
            subject: self.subject.clone(),
        }
    }
}

/// Columns of a conversation needed for appending a message. Messages never change them, so the header can be cached.
#[derive(Debug, Clone)]
pub struct ConversationHeader {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// Kind.
    pub kind: ConversationKind,
    /// Life-cycle state.
    pub state: ConversationState,
    /// The title was generated; a chosen title replaces it.
    pub title_is_automatic: bool,
    /// Medium over which the subject takes part.
    pub medium: Medium,
    /// Assistant's member number.
    pub assistant: Option<i64>,
    /// The assistant is switched on and not paused.
    pub assistant_answers: bool,
    /// Owner; `None` if an unbound key created the conversation.
    pub owner: Option<MemberRef>,
    /// Subject: the member whom the conversation serves.
    pub subject: Option<MemberRef>,
}
