//! The credential of an open stream of a chat.

use http::HeaderMap;
use parlor_engine::conversation;
use parlor_gateway::StreamOwner;
use parlor_gateway::sse::StreamAuthorizer;
use parlor_kit::{AppState, credential};
use parlor_model::api_key::SECRET_PREFIX;
use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use crate::auth;

/// Credential by which a chat is read.
pub(crate) struct StreamCredential {
    pub(crate) app: AppState,
    /// The chat's integer id.
    pub(crate) chat: i64,
    workspace: String,
    bearer: String,
    ctx: Ctx,
}

impl StreamCredential {
    /// Keeps the credential of a request, which was authenticated as `ctx` for a workspace's UUID.
    pub(crate) fn new(
        app: &AppState,
        ctx: &Ctx,
        workspace: &str,
        headers: &HeaderMap,
        chat: i64,
    ) -> Self {
        Self {
            app: app.clone(),
            chat,
            workspace: workspace.to_owned(),
            bearer: credential::bearer_token(headers)
                .unwrap_or_default()
                .to_owned(),
            ctx: *ctx,
        }
    }

    /// Returns who the stream is counted for: the key of a program, or the member of a session.
    pub(crate) fn owner(&self) -> Result<StreamOwner> {
        Ok(match self.ctx.key {
            Some(key) if self.bearer.starts_with(SECRET_PREFIX) => StreamOwner::Key(key),
            _ => StreamOwner::Member(self.ctx.member()?.number),
        })
    }

    /// Authenticates the credential again.
    pub(crate) async fn reauthenticate(&self) -> Result<Ctx> {
        let request = self.ctx.request;
        auth::authenticate(&self.app, &self.workspace, &self.bearer, request).await
    }
}

impl StreamAuthorizer for StreamCredential {
    async fn reauthorize(&self) -> Result<()> {
        let ctx = self.reauthenticate().await?;
        let key = ConversationKey::Number(self.chat);
        conversation::find(&self.app.engine, &ctx, key)
            .await
            .map(drop)
    }
}
