//! What opens a socket, and keeps it open.

use parlor_engine::{Engine, key, member};
use parlor_gateway::socket::Ending;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Kind;
use parlor_model::id::{KeyId, MemberId};
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
    Token { key: KeyId, epoch: i64 },
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
    /// [`Ending::Credential`] once key, token or user is gone, [`Ending::Forbidden`] where they may other things than
    /// `before`: what is followed was opened by those rights.
    pub(crate) async fn reauthenticate(
        &self,
        engine: &Engine,
        before: &SocketRights,
    ) -> Result<Option<SocketRights>, Ending> {
        let (workspace, request) = (before.key.workspace, before.key.request);
        match self.open(engine, workspace, request).await {
            Ok(now) if now.is_as(before) => Ok(Some(now)),
            Ok(_) => Err(Ending::Forbidden),
            Err(error) => match error.kind() {
                Kind::Unauthenticated(_) => Err(Ending::Credential),
                Kind::Forbidden(_) | Kind::NotFound(_) => Err(Ending::Forbidden),
                _ => Ok(None),
            },
        }
    }

    /// What the credential opens in a workspace.
    ///
    /// # Errors
    /// `Unauthenticated` where key, token or user is gone, `Forbidden` where the key may not act for the user.
    pub(crate) async fn open(
        &self,
        engine: &Engine,
        workspace: WorkspaceRef,
        request: Uuid,
    ) -> Result<SocketRights> {
        let key = match &self.key {
            KeyCredential::Secret(secret) => key::authenticate(engine, secret, request).await?,
            KeyCredential::Token { key, .. } => {
                key::ctx_of(engine, workspace, *key, request).await?
            }
        };
        let Some(id) = self.user else {
            return Ok(SocketRights { key, user: key });
        };
        let own = match self.key {
            KeyCredential::Secret(_) => {
                member::act_for(engine, &key, id).await?;
                member::act_by_id(engine, workspace, id, None, request).await?
            }
            KeyCredential::Token { epoch, .. } => {
                member::act_by_token(engine, workspace, (id, epoch), None, request).await?
            }
        };
        Ok(SocketRights {
            key,
            user: own.narrowed(&key),
        })
    }
}

impl SocketRights {
    fn is_as(&self, before: &Self) -> bool {
        let same = |now: &Ctx, then: &Ctx| {
            now.scopes == then.scopes && now.granted == then.granted && now.actor == then.actor
        };
        same(&self.key, &before.key) && same(&self.user, &before.user)
    }
}
