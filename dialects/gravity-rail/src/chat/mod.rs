//! Chats, after developer/api/workspace/chats/crud.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod create_dm;
pub(crate) mod delete;
pub(crate) mod delivery_failure;
pub(crate) mod export;
pub(crate) mod get;
mod immutable_fields;
pub(crate) mod list;
pub(crate) mod list_query;
pub(crate) mod participant;
pub(crate) mod render;
mod response;
mod set_state;
pub(crate) mod token_usage;
pub(crate) mod unarchive;
pub(crate) mod update;

use parlor_model::conversation::Medium;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use participant::{ParticipantRequest, ParticipantResponse};
pub(crate) use response::{CallResponse, ChatResponse};

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/chats/crud";

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
    pub(crate) const fn from_medium(medium: Medium) -> Self {
        match medium {
            Medium::Web => Self::WebChat,
            Medium::Sms => Self::PhoneSms,
            Medium::Voice => Self::PhoneVoice,
            Medium::Email => Self::Email,
        }
    }

    pub(crate) const fn to_medium(self) -> Medium {
        match self {
            Self::WebChat => Medium::Web,
            Self::PhoneSms => Medium::Sms,
            Self::PhoneVoice => Medium::Voice,
            Self::Email => Medium::Email,
        }
    }

    /// Returns the name on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::WebChat => "web-chat",
            Self::PhoneSms => "phone-sms",
            Self::PhoneVoice => "phone-voice",
            Self::Email => "email",
        }
    }

    /// Parses the name in a query.
    pub(crate) fn from_name(text: &str) -> Option<Self> {
        match text {
            "web-chat" => Some(Self::WebChat),
            "phone-sms" => Some(Self::PhoneSms),
            "phone-voice" => Some(Self::PhoneVoice),
            "email" => Some(Self::Email),
            _ => None,
        }
    }
}

/// `chatType` of a direct conversation.
pub(crate) const DM_CHAT_TYPE: &str = "dm";
/// Limit of `title`.
pub(crate) const MAX_TITLE_CHARS: usize = 255;
