//! Users.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::call::Call;
use super::client::Client;
use crate::error::Error;

/// A user, as far as its chats tell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct User {
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
    pub async fn user(&self, id: &str) -> Result<User, Error> {
        let call = Call::new(Method::GET, self.at(&["api", "v1", "users", id])?);
        Ok(call.make(self).await?.body)
    }

    /// Deletes a user and the chats that are for it, for good.
    pub async fn delete_user(&self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, self.at(&["api", "v1", "users", id])?);
        call.make::<Value>(self).await.map(|_| ())
    }
}
