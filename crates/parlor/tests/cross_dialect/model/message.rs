//! What is said.

use uuid::Uuid;

use super::MemberIndex;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Person,
    Assistant,
    /// Instructions and background: not said by anybody.
    System,
    /// What a tool said.
    Tool,
}

impl Role {
    pub(crate) fn is_conversational(self) -> bool {
        matches!(self, Self::Person | Self::Assistant)
    }
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) role: Role,
    /// The word of the vocabulary that has words of its own for what nobody said.
    pub(crate) type_name: Option<&'static str>,
    pub(crate) text: String,
    /// Who said it; perhaps nobody in particular.
    pub(crate) author: Option<MemberIndex>,
}
