//! What the work on a turn knows.

use parlor_model::conversation::Conversation;
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, MessageRole};
use parlor_model::turn::Turn;
use parlor_model::workflow::WorkflowDraft;

use crate::outbox::OutsideSubject;

/// A turn with what its prompt is made of.
#[derive(Debug)]
pub struct TurnWork {
    /// Workspace number.
    pub ws: i64,
    /// The turn.
    pub turn: Turn,
    /// The conversation.
    pub conversation: Conversation,
    /// The assistant, which is the answer's author; `None` if it is no member.
    pub assistant: Option<MemberRef>,
    /// Model that the assistant answers with, unless the conversation names one.
    pub assistant_model: Option<String>,
    /// Instructions in the assistant's profile.
    pub instructions: Option<String>,
    /// Its workflow, as pinned, if it has one.
    pub workflow: Option<WorkflowDraft>,
    /// Its assignment's current step, counted from 1.
    pub current_task: Option<i64>,
    /// People that the assistant of a chat may consult.
    pub contributors: Vec<MemberRef>,
    /// The newest messages up to the answered `seq`, of all roles, oldest first, and those of the rounds recorded since.
    pub messages: Vec<Message>,
}

impl TurnWork {
    /// Returns who takes part in the conversation from outside.
    pub(super) fn outside(&self) -> OutsideSubject {
        OutsideSubject {
            medium: self.conversation.service.medium,
            has_subject: self.conversation.subject.is_some(),
        }
    }

    /// Returns the newest message of a person.
    pub fn question(&self) -> Option<&Message> {
        let mut newest_first = self.messages.iter().rev();
        newest_first.find(|message| message.role == MessageRole::User)
    }
}
