//! Chats.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;

/// A chat.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ChatResponse {
    /// A UUID.
    pub id: String,
    /// Whom it is for: the tenant's own id of the user.
    pub user_id: String,
    /// The tenant: a UUID.
    pub tenant_id: String,
    /// Never empty.
    pub title: String,
    /// Its settings.
    pub config: ChatConfig,
    /// When it was made: RFC 3339, in UTC.
    pub created_at: String,
    /// When it last changed, messages included.
    pub updated_at: String,
    /// When the newest message was made.
    pub last_message_at: Option<String>,
    /// How much users and assistants have said. Only a single chat shows it.
    pub message_count: Option<i64>,
    /// `active` or `closed`. Only a single chat shows it.
    pub status: Option<String>,
}

/// A chat's settings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ChatConfig {
    /// What the tenant hung on it.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// A chat to be made.
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
    /// For a user, who is made where the tenant has none of this id yet.
    pub fn new(user: impl Into<String>) -> Self {
        Self {
            user_id: user.into(),
            title: None,
            metadata: None,
            idempotency_key: None,
        }
    }

    /// With a title; otherwise one is made.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// With something of the tenant's own hung on it.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Under an id of your own: within a day, the same id makes no second chat. Otherwise the library finds one, which
    /// covers its own repetitions.
    pub fn idempotency_key(mut self, id: impl Into<String>) -> Self {
        self.idempotency_key = Some(id.into());
        self
    }
}

/// What to change of a chat; what is none stays.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UpdateChatRequest {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The metadata, which is replaced whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// `active` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// Rows to pass over.
    pub offset: i64,
    /// Rows at the most, up to 100; 50 where none is said.
    pub limit: Option<i64>,
    /// Oldest first, where said; chats come newest first otherwise, messages oldest first.
    pub ascending: Option<bool>,
}

/// A page of chats.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListChatsResponse {
    /// The chats.
    pub chats: Vec<ChatResponse>,
    /// How many all pages have.
    pub total: i64,
    /// Whether there are more behind these.
    pub has_more: bool,
}

const CHATS_PATH: [&str; 3] = ["api", "v1", "chats"];

impl PageQuery {
    pub(super) fn apply_to(self, call: ApiRequest) -> ApiRequest {
        let order = self.ascending.map(|up| if up { "asc" } else { "desc" });
        call.query_opt("offset", (self.offset != 0).then_some(self.offset))
            .query_opt("limit", self.limit)
            .query_opt("order", order)
    }
}

impl Client {
    /// Makes a chat.
    pub async fn create_chat(&self, chat: CreateChatRequest) -> Result<ChatResponse, Error> {
        let once = chat.idempotency_key.clone().unwrap_or_else(random_id);
        let call = ApiRequest::new(Method::POST, self.url(&CHATS_PATH)?).body(&chat)?;
        Ok(call.idempotency_key(once).send(self).await?.body)
    }

    /// A chat, with its status and how much was said in it.
    pub async fn get_chat(&self, id: &str) -> Result<ChatResponse, Error> {
        let call = ApiRequest::new(Method::GET, self.chat_url(id, &[])?);
        Ok(call.send(self).await?.body)
    }

    /// A user's chats. Somebody nobody knows has none.
    pub async fn list_chats(
        &self,
        user: &str,
        paging: PageQuery,
    ) -> Result<ListChatsResponse, Error> {
        let url = self.url(&["api", "v1", "chats", "user", user])?;
        let call = paging.apply_to(ApiRequest::new(Method::GET, url));
        Ok(call.send(self).await?.body)
    }

    /// Changes a chat.
    pub async fn update_chat(
        &self,
        id: &str,
        change: &UpdateChatRequest,
    ) -> Result<ChatResponse, Error> {
        let call = ApiRequest::new(Method::PATCH, self.chat_url(id, &[])?).body(change)?;
        Ok(call.send(self).await?.body)
    }

    /// Deletes a chat and everything said in it, for good. While sockets are open the server refuses, unless it is to
    /// close them.
    pub async fn delete_chat(&self, id: &str, force: bool) -> Result<(), Error> {
        let call = ApiRequest::new(Method::DELETE, self.chat_url(id, &[])?);
        let call = call.query_opt("force", force.then_some("true"));
        call.send::<Value>(self).await.map(|_| ())
    }

    /// An address below a chat's own.
    pub(super) fn chat_url(&self, id: &str, below: &[&str]) -> Result<reqwest::Url, Error> {
        self.url(&[&CHATS_PATH, &[id][..], below].concat())
    }
}

/// An id that nobody else has found.
pub(crate) fn random_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}
