//! Short-lived tokens for programs that must not have the tenant's key.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

use super::client::Client;
use super::request::ApiRequest;
use crate::error::Error;

/// Token that opens sockets of one user in one chat.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct ChatTokenResponse {
    /// Token for [`crate::SocketBuilder::with_token`].
    pub token: String,
    /// Expiry: RFC 3339, in UTC.
    pub expires_at: String,
}

impl std::fmt::Debug for ChatTokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = f.debug_struct("Token");
        fields.field("expires_at", &self.expires_at);
        fields.finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a token for a user's sockets in a chat, valid for a minute up to a day.
    ///
    /// ```no_run
    /// # async fn example(client: parlor_client::Client, chat: String) -> Result<(), parlor_client::Error> {
    /// use std::time::Duration;
    /// use parlor_client::SocketBuilder;
    ///
    /// let token = client.create_token(&chat, "ada", Duration::from_secs(600)).await?;
    /// let socket = SocketBuilder::with_token("http://127.0.0.1:8080", &token.token)?;
    /// let (sender, events) = socket.connect().await?;
    /// # let _ = (sender, events);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_token(
        &self,
        chat: &str,
        user: &str,
        ttl: Duration,
    ) -> Result<ChatTokenResponse, Error> {
        let body = serde_json::json!({ "user_id": user, "ttl_seconds": ttl.as_secs() });
        let request =
            ApiRequest::new(Method::POST, self.chat_url(chat, &["tokens"])?).body(&body)?;
        Ok(request.send(self).await?.body)
    }
}
