//! Users.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;

/// User, with activity in its chats.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UserResponse {
    /// Tenant's id of the user.
    pub user_id: String,
    /// UUID of the tenant.
    pub tenant_id: String,
    /// Creation time: RFC 3339, in UTC.
    pub created_at: String,
    /// Time of the last message or read mark.
    pub last_seen_at: Option<String>,
    /// Number of chats.
    pub chat_count: i64,
}

impl Client {
    /// Returns a user of the tenant.
    pub async fn get_user(&self, id: &str) -> Result<UserResponse, Error> {
        let request = ApiRequest::new(Method::GET, self.url(&["api", "v1", "users", id])?);
        Ok(request.send(self).await?.body)
    }

    /// Deletes a user and the user's own chats.
    pub async fn delete_user(&self, id: &str) -> Result<(), Error> {
        let request = ApiRequest::new(Method::DELETE, self.url(&["api", "v1", "users", id])?);
        request.send::<Value>(self).await.map(|_| ())
    }
}
