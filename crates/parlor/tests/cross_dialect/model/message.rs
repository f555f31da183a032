//! Messages of the model.

use uuid::Uuid;

use super::MemberIndex;

/// The role of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Person,
    Assistant,
    /// Instructions and background, without a sender.
    System,
    /// The output of a tool.
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
    /// The message type of the dialect that has its own types for messages without a sender.
    pub(crate) type_name: Option<&'static str>,
    pub(crate) text: String,
    /// The sender, if any.
    pub(crate) author: Option<MemberIndex>,
}
