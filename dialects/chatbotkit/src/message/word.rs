//! What a message is called here.

use parlor_model::message::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MessageType)]
pub(crate) enum Word {
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

const ALL: [Word; 8] = [
    Word::User,
    Word::Bot,
    Word::Reasoning,
    Word::Context,
    Word::Instruction,
    Word::Backstory,
    Word::Activity,
    Word::Checkpoint,
];

impl Word {
    pub(super) const fn text(self) -> &'static str {
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
    pub(super) const fn role(self) -> Role {
        match self {
            Self::User => Role::User,
            Self::Bot => Role::Assistant,
            Self::Instruction | Self::Backstory => Role::System,
            Self::Activity => Role::Tool,
            Self::Reasoning | Self::Context | Self::Checkpoint => Role::Context,
        }
    }

    /// The finer word, where the role does not say it all.
    pub(super) fn form(self) -> Option<String> {
        match self {
            Self::User | Self::Bot => None,
            other => Some(other.text().to_owned()),
        }
    }

    /// What a message of any vocabulary is called here: what a person or an assistant says is that, whatever finer
    /// word it has elsewhere; of the others a finer word of ours counts.
    pub(super) fn of(role: Role, form: Option<&str>) -> Self {
        let finer = ALL.into_iter().find(|word| Some(word.text()) == form);
        match role {
            Role::User => Self::User,
            Role::Assistant => Self::Bot,
            Role::System => finer
                .filter(|word| word.role() == role)
                .unwrap_or(Self::Instruction),
            Role::Tool => finer
                .filter(|word| !word.role().is_said())
                .unwrap_or(Self::Activity),
            Role::Context => finer
                .filter(|word| !word.role().is_said())
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
            assert_eq!(Word::of(word.role(), word.form().as_deref()), word);
            let text = serde_json::to_value(word).unwrap();
            assert_eq!(text, word.text());
        }
    }

    #[test]
    fn what_other_vocabularies_say_has_a_word() {
        assert_eq!(Word::of(Role::User, Some("CARD")), Word::User);
        assert_eq!(Word::of(Role::User, Some("bot")), Word::User);
        assert_eq!(Word::of(Role::System, None), Word::Instruction);
        assert_eq!(
            Word::of(Role::System, Some("checkpoint")),
            Word::Instruction
        );
        assert_eq!(Word::of(Role::Tool, Some("call")), Word::Activity);
        assert_eq!(Word::of(Role::Context, Some("activity")), Word::Activity);
        assert_eq!(Word::of(Role::Context, Some("user")), Word::Context);
    }
}
