//! Chats, after developer/api/workspace/chats/crud.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod dm;
pub(crate) mod export;
pub(crate) mod filter;
mod fixed;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod participant;
mod reply;
pub(crate) mod show;
pub(crate) mod token_usage;
pub(crate) mod unsent;
pub(crate) mod update;

use parlor_model::conversation::Medium;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use participant::{ParticipantRequest, ParticipantResponse};
pub(crate) use reply::{CallResponse, ChatResponse};

/// What a chat runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Channel {
    /// This server's own.
    WebChat,
    /// Text messages.
    PhoneSms,
    /// Calls.
    PhoneVoice,
    /// Email.
    Email,
}

impl Channel {
    pub(crate) const fn of(medium: Medium) -> Self {
        match medium {
            Medium::Web => Self::WebChat,
            Medium::Sms => Self::PhoneSms,
            Medium::Voice => Self::PhoneVoice,
            Medium::Email => Self::Email,
        }
    }

    pub(crate) const fn medium(self) -> Medium {
        match self {
            Self::WebChat => Medium::Web,
            Self::PhoneSms => Medium::Sms,
            Self::PhoneVoice => Medium::Voice,
            Self::Email => Medium::Email,
        }
    }

    /// The word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::WebChat => "web-chat",
            Self::PhoneSms => "phone-sms",
            Self::PhoneVoice => "phone-voice",
            Self::Email => "email",
        }
    }

    /// Reads the word of a query.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "web-chat" => Some(Self::WebChat),
            "phone-sms" => Some(Self::PhoneSms),
            "phone-voice" => Some(Self::PhoneVoice),
            "email" => Some(Self::Email),
            _ => None,
        }
    }
}

/// The type of the chat of a pair.
pub(crate) const DM: &str = "dm";
/// Longest title, in characters.
pub(crate) const LONGEST_TITLE: usize = 255;
