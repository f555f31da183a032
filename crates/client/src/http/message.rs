//! Messages and the log.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::chat::{PageQuery, random_id};
use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;
use crate::log::{ChatLogEntry, ListLogResponse};

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

/// Stored message.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SendMessageResult {
    /// Message as stored.
    pub message: MessageResponse,
    /// Whether the message was stored by an earlier request.
    pub duplicate: bool,
}

/// Page of messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListMessagesResponse {
    /// Messages.
    pub messages: Vec<MessageResponse>,
    /// Total number of messages in the chat.
    pub total: i64,
    /// Whether there are more pages.
    pub has_more: bool,
}

/// Range of a chat's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListMessagesQuery {
    /// Only messages after this seq. Excludes an offset.
    pub after_seq: Option<i64>,
    /// Only messages before this seq. Excludes an offset.
    pub before_seq: Option<i64>,
    /// Number and order.
    pub page: PageQuery,
}

/// Maximum entries of a log page.
const MAX_PAGE_ENTRIES: i64 = 100;

impl Client {
    /// Sends a message. It is stored once, however often the request is retried.
    pub async fn send_message(
        &self,
        chat: &str,
        message: impl Into<CreateMessageRequest>,
    ) -> Result<SendMessageResult, Error> {
        let mut message = message.into();
        message.client_message_id.get_or_insert_with(random_id);
        let url = self.chat_url(chat, &["messages"])?;
        let call = ApiRequest::new(Method::POST, url).body(&message)?;
        let answered = call.send(self).await?;
        Ok(SendMessageResult {
            message: answered.body,
            duplicate: answered.replayed,
        })
    }

    /// Lists a page of a chat's messages.
    pub async fn list_messages(
        &self,
        chat: &str,
        stretch: ListMessagesQuery,
    ) -> Result<ListMessagesResponse, Error> {
        let call = ApiRequest::new(Method::GET, self.chat_url(chat, &["messages"])?);
        let call = stretch.page.apply_to(call);
        let call = call
            .query_opt("after_seq", stretch.after_seq)
            .query_opt("before_seq", stretch.before_seq);
        Ok(call.send(self).await?.body)
    }

    /// Returns up to `limit` entries of a chat's log after a seq; at most 100.
    pub async fn read_log(
        &self,
        chat: &str,
        after: i64,
        limit: i64,
    ) -> Result<ListLogResponse, Error> {
        let call = ApiRequest::new(Method::GET, self.chat_url(chat, &["log"])?);
        let call = call
            .query_opt("after_seq", Some(after))
            .query_opt("limit", Some(limit));
        Ok(call.send(self).await?.body)
    }

    /// Returns all entries of a chat's log after a seq.
    pub async fn read_log_to_end(
        &self,
        chat: &str,
        after: i64,
    ) -> Result<Vec<ChatLogEntry>, Error> {
        let mut entries: Vec<ChatLogEntry> = Vec::new();
        loop {
            let has = entries.last().map_or(after, |entry| entry.seq);
            let page = self.read_log(chat, has, MAX_PAGE_ENTRIES).await?;
            let is_last = page.entries.is_empty() || !page.has_more;
            entries.extend(page.entries);
            if is_last {
                return Ok(entries);
            }
        }
    }
}
