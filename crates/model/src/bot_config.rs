//! The configuration of the bot that answers in a conversation.

use serde::{Deserialize, Serialize};

use crate::redacted::Redacted;

/// Bot of a conversation, as its creator described it. All references and texts belong to the creator's own systems and
/// are stored uninterpreted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(
    missing_docs,
    reason = "the fields belong to the creator's own systems"
)]
pub struct BotConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backstory: Option<Redacted<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skillset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderation: Option<bool>,
}

impl BotConfig {
    /// Serializes to the stored JSON text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Parses the output of [`BotConfig::to_text`]. A damaged text yields the default, so that it does not hide its
    /// row.
    pub fn from_text(text: &str) -> Self {
        if text == "{}" {
            Self::default()
        } else {
            serde_json::from_str(text).unwrap_or_default()
        }
    }
}

/// Changes to a [`BotConfig`]. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of BotConfig")]
pub struct UpdateBotConfig {
    pub bot: Option<Option<String>>,
    pub task: Option<Option<String>>,
    pub backstory: Option<Option<String>>,
    pub dataset: Option<Option<String>>,
    pub skillset: Option<Option<String>>,
    pub privacy: Option<Option<bool>>,
    pub moderation: Option<Option<bool>>,
}

impl UpdateBotConfig {
    /// Returns the configuration with the changes applied.
    pub fn apply(&self, mut responder: BotConfig) -> BotConfig {
        macro_rules! set {
            ($($name:ident),*) => {$(
                if let Some(new) = &self.$name {
                    responder.$name.clone_from(new);
                }
            )*};
        }
        set!(bot, task, dataset, skillset, privacy, moderation);
        if let Some(new) = &self.backstory {
            responder.backstory = new.clone().map(Into::into);
        }
        responder
    }
}
