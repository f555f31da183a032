//! Messages, as sent and as stored.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Message of a user or an assistant.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct MessageResponse {
    /// UUID.
    pub id: String,
    /// Text.
    pub content: String,
    /// `user` or `assistant`.
    pub sender_role: String,
    /// `image` or `file`, if there is an attachment.
    pub media_type: Option<String>,
    /// URL of the attachment.
    pub media_url: Option<String>,
    /// Creation time: RFC 3339, in UTC.
    pub created_at: String,
    /// Metadata set by the sender.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// Seq in the chat's log.
    pub seq: i64,
    /// Tenant's id of the sender; `None` if there is none or the user was deleted.
    pub sender_id: Option<String>,
    /// Id of the message chosen by the sender.
    pub client_message_id: Option<String>,
    /// `complete`, `cancelled` or `failed`.
    pub status: String,
}

/// Message to send. Converts from a text: `client.send_message(&chat, "Hi")`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[must_use]
pub struct CreateMessageRequest {
    pub(crate) content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sender_role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_url: Option<String>,
}

impl CreateMessageRequest {
    /// Creates a message of 1 to 32,768 characters.
    pub fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }

    /// Sets the metadata.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Sets the message id of 1 to 255 characters: messages of the same sender and chat with the same id are stored
    /// once, without a time limit. With an id kept by the application, sending can be repeated even after a crash. By
    /// default the client generates an id, which covers its own retries.
    pub fn client_message_id(mut self, id: impl Into<String>) -> Self {
        self.client_message_id = Some(id.into());
        self
    }

    /// Sets a sender other than the chat's user, who joins the chat. Over HTTP only.
    pub fn user_id(mut self, user: impl Into<String>) -> Self {
        self.user_id = Some(user.into());
        self
    }

    /// Sends as an assistant. Over HTTP only.
    pub fn assistant(mut self) -> Self {
        self.sender_role = Some("assistant");
        self
    }

    /// Attaches the URL of an `image` or a `file`. Over HTTP only.
    pub fn media(mut self, kind: impl Into<String>, url: impl Into<String>) -> Self {
        (self.media_type, self.media_url) = (Some(kind.into()), Some(url.into()));
        self
    }
}

impl From<&str> for CreateMessageRequest {
    fn from(content: &str) -> Self {
        Self::new(content)
    }
}

impl From<String> for CreateMessageRequest {
    fn from(content: String) -> Self {
        Self::new(content)
    }
}
