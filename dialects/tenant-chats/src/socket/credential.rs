//! What opens a socket, and keeps it open.

use parlor_engine::{Engine, api_key, member};
use parlor_gateway::DisconnectReason;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::ErrorKind;
use parlor_model::id::{ApiKeyId, MemberId};
use parlor_model::{Ctx, Result};
use uuid::Uuid;

/// The credential of one socket: a key, shown itself or behind a token, and the user it acts for.
pub(crate) struct SocketCredential {
    pub(crate) key: KeyCredential,
    /// None where a key that is bound to no member only reads.
    pub(crate) user: Option<MemberId>,
}

/// How the key was shown.
pub(crate) enum KeyCredential {
    /// Itself.
    Secret(String),
    /// By a token that was made with it, in an epoch of the user's tokens. The end of the token's time is no end of a
    /// socket that it has opened.
    Token { key: ApiKeyId, epoch: i64 },
}

/// What a credential opens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SocketRights {
    /// What the key may.
    pub(crate) key: Ctx,
    /// What the user may, narrowed by the key; the key's own rights where it acts for no user.
    pub(crate) user: Ctx,
}

impl SocketCredential {
    /// What the credential opens now; none where the database does not answer, which has revoked nothing.
    ///
    /// # Errors
    /// [`DisconnectReason::CredentialRevoked`] once key, token or user is gone, [`DisconnectReason::Forbidden`] where they may other things than
    /// `before`: what is followed was opened by those rights.
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

    /// What the credential opens in a workspace.
    ///
    /// # Errors
    /// `Unauthenticated` where key, token or user is gone, `Forbidden` where the key may not act for the user.
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
        let own = match self.key {
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
            user: own.restrict_to(&key),
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
