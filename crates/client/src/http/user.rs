//! Users.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;

/// A user, as far as its chats tell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UserResponse {
    /// The tenant's own id.
    pub user_id: String,
    /// The tenant: a UUID.
    pub tenant_id: String,
    /// When it was made: RFC 3339, in UTC.
    pub created_at: String,
    /// When it last said something or marked something as read.
    pub last_seen_at: Option<String>,
    /// How many chats it has.
    pub chat_count: i64,
}

impl Client {
    /// A user of the tenant.
    pub async fn get_user(&self, id: &str) -> Result<UserResponse, Error> {
        let call = ApiRequest::new(Method::GET, self.url(&["api", "v1", "users", id])?);
        Ok(call.send(self).await?.body)
    }

    /// Deletes a user and the chats that are for it, for good.
    pub async fn delete_user(&self, id: &str) -> Result<(), Error> {
        let call = ApiRequest::new(Method::DELETE, self.url(&["api", "v1", "users", id])?);
        call.send::<Value>(self).await.map(|_| ())
    }
}
