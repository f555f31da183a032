//! Chats.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;

/// Chat.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ChatResponse {
    /// UUID.
    pub id: String,
    /// Tenant's id of the user the chat belongs to.
    pub user_id: String,
    /// UUID of the tenant.
    pub tenant_id: String,
    /// Title; never empty.
    pub title: String,
    /// Settings.
    pub config: ChatConfig,
    /// Creation time: RFC 3339, in UTC.
    pub created_at: String,
    /// Time of the last change, including messages.
    pub updated_at: String,
    /// Time of the newest message.
    pub last_message_at: Option<String>,
    /// Number of user and assistant messages. Only in responses about a single chat.
    pub message_count: Option<i64>,
    /// `active` or `closed`. Only in responses about a single chat.
    pub status: Option<String>,
}

/// Settings of a chat.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ChatConfig {
    /// Metadata set by the tenant.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// Chat to create.
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct CreateChatRequest {
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    #[serde(skip)]
    idempotency_key: Option<String>,
}

impl CreateChatRequest {
    /// Creates a request for a user, who is created if the tenant has no user of this id.
    pub fn new(user: impl Into<String>) -> Self {
        Self {
            user_id: user.into(),
            title: None,
            metadata: None,
            idempotency_key: None,
        }
    }

    /// Sets the title; by default the server generates one.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the metadata.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Sets the idempotency key: within a day, requests with the same key create one chat. By default the client
    /// generates a key per call, which covers its own retries.
    pub fn idempotency_key(mut self, id: impl Into<String>) -> Self {
        self.idempotency_key = Some(id.into());
        self
    }
}

/// Changes of a chat; `None` keeps a value.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UpdateChatRequest {
    /// New title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New metadata, replacing all of the old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// `active` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Page of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// Number of items to skip.
    pub offset: i64,
    /// Maximum number of items, up to 100; 50 by default.
    pub limit: Option<i64>,
    /// Whether the oldest item is first. By default chats are listed newest first, messages oldest first.
    pub ascending: Option<bool>,
}

/// Page of chats.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListChatsResponse {
    /// Chats.
    pub chats: Vec<ChatResponse>,
    /// Total number of chats.
    pub total: i64,
    /// Whether there are more pages.
    pub has_more: bool,
}

const CHATS_PATH: [&str; 3] = ["api", "v1", "chats"];

impl PageQuery {
    pub(super) fn apply_to(self, request: ApiRequest) -> ApiRequest {
        let order = self.ascending.map(|up| if up { "asc" } else { "desc" });
        request
            .query_opt("offset", (self.offset != 0).then_some(self.offset))
            .query_opt("limit", self.limit)
            .query_opt("order", order)
    }
}

impl Client {
    /// Creates a chat.
    pub async fn create_chat(&self, chat: CreateChatRequest) -> Result<ChatResponse, Error> {
        let idempotency_key = chat.idempotency_key.clone().unwrap_or_else(random_id);
        let request = ApiRequest::new(Method::POST, self.url(&CHATS_PATH)?).body(&chat)?;
        Ok(request
            .idempotency_key(idempotency_key)
            .send(self)
            .await?
            .body)
    }

    /// Returns a chat with its status and message count.
    pub async fn get_chat(&self, id: &str) -> Result<ChatResponse, Error> {
        let request = ApiRequest::new(Method::GET, self.chat_url(id, &[])?);
        Ok(request.send(self).await?.body)
    }

    /// Lists the chats of a user; empty for an unknown user.
    pub async fn list_chats(
        &self,
        user: &str,
        page: PageQuery,
    ) -> Result<ListChatsResponse, Error> {
        let url = self.url(&["api", "v1", "chats", "user", user])?;
        let request = page.apply_to(ApiRequest::new(Method::GET, url));
        Ok(request.send(self).await?.body)
    }

    /// Updates a chat.
    pub async fn update_chat(
        &self,
        id: &str,
        change: &UpdateChatRequest,
    ) -> Result<ChatResponse, Error> {
        let request = ApiRequest::new(Method::PATCH, self.chat_url(id, &[])?).body(change)?;
        Ok(request.send(self).await?.body)
    }

    /// Deletes a chat and its messages. Fails while sockets are open, unless `force` closes them.
    pub async fn delete_chat(&self, id: &str, force: bool) -> Result<(), Error> {
        let request = ApiRequest::new(Method::DELETE, self.chat_url(id, &[])?);
        let request = request.query_opt("force", force.then_some("true"));
        request.send::<Value>(self).await.map(|_| ())
    }

    /// Returns the URL of a path below a chat.
    pub(super) fn chat_url(&self, id: &str, below: &[&str]) -> Result<reqwest::Url, Error> {
        self.url(&[&CHATS_PATH, &[id][..], below].concat())
    }
}

/// Returns a random id.
pub(crate) fn random_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}
