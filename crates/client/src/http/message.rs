//! Messages, and the log they stand in.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::chat::{PageQuery, random_id};
use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;
use crate::log::{ChatLogEntry, ListLogResponse};

/// What a user or an assistant said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct MessageResponse {
    /// A UUID.
    pub id: String,
    /// The text.
    pub content: String,
    /// `user` or `assistant`.
    pub sender_role: String,
    /// `image` or `file`, where something is attached.
    pub media_type: Option<String>,
    /// Where what is attached can be had.
    pub media_url: Option<String>,
    /// When it was said: RFC 3339, in UTC.
    pub created_at: String,
    /// What the sender hung on it.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// The position in the chat's log.
    pub seq: i64,
    /// The sender, as the tenant calls it; none where it was nobody in particular or is gone.
    pub sender_id: Option<String>,
    /// The sender's own id of the message.
    pub client_message_id: Option<String>,
    /// `complete`, `cancelled` or `failed`.
    pub status: String,
}

/// A message to be sent. A text is one by itself: `client.send_message(&chat, "Hi")`.
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
    /// A text of 1 to 32,768 characters.
    pub fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }

    /// With something hung on it.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Under an id of your own, of 1 to 255 characters: the same sender's same id in the same chat stores no second
    /// message, ever. Keep it beside what is to be sent, and sending is safe to repeat even after your program was
    /// killed. Otherwise the library finds one, which covers its own repetitions.
    pub fn client_message_id(mut self, id: impl Into<String>) -> Self {
        self.client_message_id = Some(id.into());
        self
    }

    /// By a user other than the chat's own, who joins it. Over HTTP only: a socket speaks for its user.
    pub fn user_id(mut self, user: impl Into<String>) -> Self {
        self.user_id = Some(user.into());
        self
    }

    /// By an assistant. Over HTTP only.
    pub fn assistant(mut self) -> Self {
        self.sender_role = Some("assistant");
        self
    }

    /// With an address attached, of an `image` or a `file`. Over HTTP only.
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

/// A message that is stored.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SendMessageResult {
    /// As the server has it.
    pub message: MessageResponse,
    /// It was stored before: this was a repetition.
    pub duplicate: bool,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListMessagesResponse {
    /// The messages.
    pub messages: Vec<MessageResponse>,
    /// How many the chat has.
    pub total: i64,
    /// Whether there are more behind these.
    pub has_more: bool,
}

/// Which messages of a chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListMessagesQuery {
    /// Only those after this position. Not together with an offset.
    pub after_seq: Option<i64>,
    /// Only those before this position. Not together with an offset.
    pub before_seq: Option<i64>,
    /// How many, and in which order.
    pub page: PageQuery,
}

/// Entries a page of the log has at the most.
const MAX_PAGE_ENTRIES: i64 = 100;

impl Client {
    /// Says something in a chat. It is stored once, however often the request has to be made.
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

    /// A page of a chat's messages.
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

    /// At most so many entries of a chat's log after a position, up to 100.
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

    /// Every entry of a chat's log after a position.
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
