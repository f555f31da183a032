//! Short-lived tokens for one user's sockets, in one chat or for all of its chats, so that the tenant's key need not
//! stand in a page.

pub(crate) mod create;
pub(crate) mod create_for_user;
mod life;

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_engine::{key, workspace};
use parlor_kit::token::unverified;
use parlor_kit::{App, ids as core};
use parlor_model::error::Credential;
use parlor_model::id::{ConversationId, KeyId};
use parlor_model::{Ctx, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a token says. Times are whole Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The user, as the customer calls it.
    sub: String,
    /// The chat: a UUID. None where it opens the socket for many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chat: Option<String>,
    /// The tenant: a UUID.
    tenant: String,
    /// The key it was made with, whose end is the token's.
    key: String,
    iat: i64,
    exp: i64,
    jti: String,
}

/// What a good token opens.
pub(crate) struct Opened {
    pub(crate) ctx: Ctx,
    pub(crate) key: KeyId,
    pub(crate) user: String,
    /// None where it opens the socket for many, and no chat's own.
    pub(crate) chat: Option<ConversationId>,
}

async fn issue(
    app: &App,
    ctx: &Ctx,
    chat: Option<ConversationId>,
    user: &str,
    life: Duration,
) -> Result<(String, Timestamp)> {
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
    let now = app.engine.now();
    let end = now.plus(life);
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        sub: user.to_owned(),
        chat: chat.map(core::dashed),
        tenant: core::dashed(ctx.workspace.id),
        key: core::dashed(key),
        iat: now.seconds(),
        exp: end.seconds(),
        jti: app.engine.random_uuid().simple().to_string(),
    };
    let signer = signing::signer(&app.engine, ctx.ws(), Purpose::Conversation).await?;
    Ok((signer.sign(Some("JWT"), &claims)?, end))
}

/// What a token opens: a bad one, one that is over, and one whose key is revoked are one refusal.
pub(crate) async fn open(app: &App, token: &str, request: Uuid) -> Result<Opened> {
    let refused = || Error::unauthenticated(Credential::TokenInvalid);
    let tenant = unverified::<Claims>(token).and_then(|claims| core::parse_dashed(&claims.tenant));
    let tenant = workspace::find(&app.engine, tenant.ok_or_else(refused)?)
        .await
        .map_err(|_| refused())?
        .key;
    let signer = signing::signer(&app.engine, tenant.number, Purpose::Conversation).await?;
    let claims: Claims = signer.verify(token).map_err(|_| refused())?;
    let good = claims.iss == app.settings.issuer && claims.exp > app.engine.now().seconds();
    let key = core::parse_dashed(&claims.key).filter(|_| good);
    let key = key.ok_or_else(refused)?;
    let chat = match &claims.chat {
        Some(chat) => Some(core::parse_dashed(chat).ok_or_else(refused)?),
        None => None,
    };
    Ok(Opened {
        ctx: key::ctx_of(&app.engine, tenant, key, request).await?,
        key,
        chat,
        user: claims.sub,
    })
}
