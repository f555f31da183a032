//! Message types, and their mapping to the roles and subtypes of the engine.

use parlor_model::message::MessageRole;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MessageType {
    /// Said by a person.
    User,
    /// Said by an assistant.
    Bot,
    /// What an assistant thought.
    Reasoning,
    /// Background.
    Context,
    /// What an assistant is told to do.
    Instruction,
    /// What an assistant is told to be.
    Backstory,
    /// What an assistant did.
    Activity,
    /// A state to come back to.
    Checkpoint,
}

const ALL: [MessageType; 8] = [
    MessageType::User,
    MessageType::Bot,
    MessageType::Reasoning,
    MessageType::Context,
    MessageType::Instruction,
    MessageType::Backstory,
    MessageType::Activity,
    MessageType::Checkpoint,
];

impl MessageType {
    /// Returns the name on the wire.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
            Self::Reasoning => "reasoning",
            Self::Context => "context",
            Self::Instruction => "instruction",
            Self::Backstory => "backstory",
            Self::Activity => "activity",
            Self::Checkpoint => "checkpoint",
        }
    }

    /// Returns the role that messages of this type are stored with.
    pub(super) const fn role(self) -> MessageRole {
        match self {
            Self::User => MessageRole::User,
            Self::Bot => MessageRole::Assistant,
            Self::Instruction | Self::Backstory => MessageRole::System,
            Self::Activity => MessageRole::Tool,
            Self::Reasoning | Self::Context | Self::Checkpoint => MessageRole::Context,
        }
    }

    /// Returns the subtype that is stored with the role, if several types have the same role.
    pub(super) fn subtype(self) -> Option<String> {
        match self {
            Self::User | Self::Bot => None,
            other => Some(other.as_str().to_owned()),
        }
    }

    /// Returns the type of a message that any dialect stored. Messages of users and assistants are [`User`](Self::User) and
    /// [`Bot`](Self::Bot) whatever their subtype; for others a subtype of this dialect is used.
    pub(super) fn from_role(role: MessageRole, subtype: Option<&str>) -> Self {
        let by_subtype = ALL
            .into_iter()
            .find(|message_type| Some(message_type.as_str()) == subtype);
        match role {
            MessageRole::User => Self::User,
            MessageRole::Assistant => Self::Bot,
            MessageRole::System => by_subtype
                .filter(|found| found.role() == role)
                .unwrap_or(Self::Instruction),
            MessageRole::Tool => by_subtype
                .filter(|found| !found.role().is_conversational())
                .unwrap_or(Self::Activity),
            MessageRole::Context => by_subtype
                .filter(|found| !found.role().is_conversational())
                .unwrap_or(Self::Context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_type_as_role_and_subtype_is_recovered() {
        for message_type in ALL {
            assert_eq!(
                MessageType::from_role(message_type.role(), message_type.subtype().as_deref()),
                message_type
            );
            let text = serde_json::to_value(message_type).unwrap();
            assert_eq!(text, message_type.as_str());
        }
    }

    #[test]
    fn message_of_another_dialect_has_a_type() {
        assert_eq!(
            MessageType::from_role(MessageRole::User, Some("CARD")),
            MessageType::User
        );
        assert_eq!(
            MessageType::from_role(MessageRole::User, Some("bot")),
            MessageType::User
        );
        assert_eq!(
            MessageType::from_role(MessageRole::System, None),
            MessageType::Instruction
        );
        assert_eq!(
            MessageType::from_role(MessageRole::System, Some("checkpoint")),
            MessageType::Instruction
        );
        assert_eq!(
            MessageType::from_role(MessageRole::Tool, Some("call")),
            MessageType::Activity
        );
        assert_eq!(
            MessageType::from_role(MessageRole::Context, Some("activity")),
            MessageType::Activity
        );
        assert_eq!(
            MessageType::from_role(MessageRole::Context, Some("user")),
            MessageType::Context
        );
    }
}
