//! The credential of a socket, checked when it opens and again while it is open.

use parlor_engine::{Engine, api_key, member};
use parlor_gateway::DisconnectReason;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::ErrorKind;
use parlor_model::id::{ApiKeyId, MemberId};
use parlor_model::{Ctx, Result};
use uuid::Uuid;

/// A key, used directly or through a token, and the user it acts for.
pub(crate) struct SocketCredential {
    pub(crate) key: KeyCredential,
    /// `None` for an unbound key, which may only read.
    pub(crate) user: Option<MemberId>,
}

/// How the client proves the key.
pub(crate) enum KeyCredential {
    /// By the key itself.
    Secret(String),
    /// By a token that the key issued, in an epoch of the user's tokens. An open socket outlives the token's expiry.
    Token { key: ApiKeyId, epoch: i64 },
}

/// The rights of a credential.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SocketRights {
    /// The key's context.
    pub(crate) key: Ctx,
    /// The user's context, restricted by the key; without a user, the key's.
    pub(crate) user: Ctx,
}

impl SocketCredential {
    /// Authenticates the credential again. Returns the current rights, or `None` if the database is unavailable (an outage
    /// must not disconnect clients).
    ///
    /// # Errors
    /// [`DisconnectReason::CredentialRevoked`] once key, token or user is revoked or deleted,
    /// [`DisconnectReason::Forbidden`] once the rights differ from `before`, by which the subscriptions were authorized.
    pub(crate) async fn reauthenticate(
        &self,
        engine: &Engine,
        before: &SocketRights,
    ) -> Result<Option<SocketRights>, DisconnectReason> {
        let (workspace, request) = (before.key.workspace, before.key.request);
        match self.authenticate(engine, workspace, request).await {
            Ok(now) if now.has_same_rights(before) => Ok(Some(now)),
            Ok(_) => Err(DisconnectReason::Forbidden),
            Err(error) => match error.kind() {
                ErrorKind::Unauthenticated(_) => Err(DisconnectReason::CredentialRevoked),
                ErrorKind::Forbidden(_) | ErrorKind::NotFound(_) => {
                    Err(DisconnectReason::Forbidden)
                }
                _ => Ok(None),
            },
        }
    }

    /// Authenticates the credential in a workspace.
    ///
    /// # Errors
    /// `Unauthenticated` once key, token or user is revoked or deleted, `Forbidden` if the key may not act for the user.
    pub(crate) async fn authenticate(
        &self,
        engine: &Engine,
        workspace: WorkspaceRef,
        request: Uuid,
    ) -> Result<SocketRights> {
        let key = match &self.key {
            KeyCredential::Secret(secret) => api_key::authenticate(engine, secret, request).await?,
            KeyCredential::Token { key, .. } => {
                api_key::context_by_id(engine, workspace, *key, request).await?
            }
        };
        let Some(id) = self.user else {
            return Ok(SocketRights { key, user: key });
        };
        let user = match self.key {
            KeyCredential::Secret(_) => {
                member::authorize_act_for(engine, &key, id).await?;
                member::context_by_id(engine, workspace, id, None, request).await?
            }
            KeyCredential::Token { epoch, .. } => {
                member::context_by_token(engine, workspace, (id, epoch), None, request).await?
            }
        };
        Ok(SocketRights {
            key,
            user: user.restrict_to(&key),
        })
    }
}

impl SocketRights {
    fn has_same_rights(&self, before: &Self) -> bool {
        let same = |now: &Ctx, then: &Ctx| {
            now.scopes == then.scopes && now.granted == then.granted && now.actor == then.actor
        };
        same(&self.key, &before.key) && same(&self.user, &before.user)
    }
}
