//! What a message is called here.

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

    /// Who speaks in such a message.
    pub(super) const fn role(self) -> MessageRole {
        match self {
            Self::User => MessageRole::User,
            Self::Bot => MessageRole::Assistant,
            Self::Instruction | Self::Backstory => MessageRole::System,
            Self::Activity => MessageRole::Tool,
            Self::Reasoning | Self::Context | Self::Checkpoint => MessageRole::Context,
        }
    }

    /// The finer word, where the role does not say it all.
    pub(super) fn subtype(self) -> Option<String> {
        match self {
            Self::User | Self::Bot => None,
            other => Some(other.as_str().to_owned()),
        }
    }

    /// What a message of any vocabulary is called here: what a person or an assistant says is that, whatever finer
    /// word it has elsewhere; of the others a finer word of ours counts.
    pub(super) fn from_role(role: MessageRole, form: Option<&str>) -> Self {
        let finer = ALL.into_iter().find(|word| Some(word.as_str()) == form);
        match role {
            MessageRole::User => Self::User,
            MessageRole::Assistant => Self::Bot,
            MessageRole::System => finer
                .filter(|word| word.role() == role)
                .unwrap_or(Self::Instruction),
            MessageRole::Tool => finer
                .filter(|word| !word.role().is_conversational())
                .unwrap_or(Self::Activity),
            MessageRole::Context => finer
                .filter(|word| !word.role().is_conversational())
                .unwrap_or(Self::Context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for word in ALL {
            assert_eq!(
                MessageType::from_role(word.role(), word.subtype().as_deref()),
                word
            );
            let text = serde_json::to_value(word).unwrap();
            assert_eq!(text, word.as_str());
        }
    }

    #[test]
    fn what_other_vocabularies_say_has_a_word() {
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
