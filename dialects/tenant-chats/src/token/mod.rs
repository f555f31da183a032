//! Short-lived tokens for one user's sockets, in one chat or for all of its chats, so that the tenant's key need not
//! stand in a page.

pub(crate) mod create;
pub(crate) mod create_for_user;
mod ttl;

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_engine::{member, workspace};
use parlor_kit::member_token::decode_unverified;
use parlor_kit::{AppState, ids as core};
use parlor_model::error::{CredentialReason, EntityKind};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Ctx, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::documented::SEND_SCOPE;
use crate::socket_credential::{KeyCredential, SocketCredential, SocketRights};

/// What a token says. Times are whole Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The user, as the customer calls it.
    sub: String,
    /// The same by its id, a UUID: a user of the same name that is made later is another one.
    member: String,
    /// The epoch of the user's tokens, left out in the first.
    #[serde(
        default,
        skip_serializing_if = "parlor_kit::member_token::is_first_epoch"
    )]
    epoch: i64,
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
pub(crate) struct TokenGrant {
    pub(crate) rights: SocketRights,
    pub(crate) credential: SocketCredential,
    /// The user, as the customer calls it, and the member that it is.
    pub(crate) user: String,
    pub(crate) member: MemberRef,
    /// None where it opens the socket for many, and no chat's own.
    pub(crate) chat: Option<ConversationId>,
}

/// Issues a token for a user, who is made where it is new: what the token opens is that member and no other.
async fn issue(
    app: &AppState,
    ctx: &Ctx,
    chat: Option<ConversationId>,
    (user, named): (&str, MemberKey),
    life: Duration,
) -> Result<(String, Timestamp)> {
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let member = member::find_or_create(&app.engine, ctx, named, SEND_SCOPE).await?;
    let id = member.member.id;
    let acting = member::find_actor_by_id(&app.engine, ctx.workspace, id).await;
    // A user that was put away may be found, and acts no more.
    let acting = acting.map_err(|_| Error::not_found(EntityKind::Member))?;
    let now = app.engine.now();
    let end = now.saturating_add(life);
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        sub: user.to_owned(),
        member: core::format_uuid(id),
        epoch: acting.token_epoch,
        chat: chat.map(core::format_uuid),
        tenant: core::format_uuid(ctx.workspace.id),
        key: core::format_uuid(key),
        iat: now.seconds(),
        exp: end.seconds(),
        jti: app.engine.random_uuid().simple().to_string(),
    };
    let signer = signing::signer(&app.engine, ctx.ws(), Purpose::Conversation).await?;
    Ok((signer.sign(Some("JWT"), &claims)?, end))
}

/// What a token opens: a bad one, one that is over or was revoked, and one whose key or user is gone are one refusal.
pub(crate) async fn verify(app: &AppState, token: &str, request: Uuid) -> Result<TokenGrant> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let tenant =
        decode_unverified::<Claims>(token).and_then(|claims| core::parse_uuid(&claims.tenant));
    let tenant = workspace::find(&app.engine, tenant.ok_or_else(refused)?)
        .await
        .map_err(|_| refused())?
        .key;
    let claims: Claims = signing::verify(&app.engine, tenant.number, Purpose::Conversation, token)
        .await?
        .map_err(|_| refused())?;
    let good = claims.iss == app.settings.issuer && claims.exp > app.engine.now().seconds();
    let key = core::parse_uuid(&claims.key).filter(|_| good);
    let key = key.ok_or_else(refused)?;
    let member = core::parse_uuid(&claims.member).ok_or_else(refused)?;
    let chat = match &claims.chat {
        Some(chat) => Some(core::parse_uuid(chat).ok_or_else(refused)?),
        None => None,
    };
    let credential = SocketCredential {
        key: KeyCredential::Token {
            key,
            epoch: claims.epoch,
        },
        user: Some(member),
    };
    let engine = &app.engine;
    let rights = credential.authenticate(engine, tenant, request).await?;
    // Oneself is found without a scope.
    let found = member::find(engine, &rights.user, MemberKey::Id(member)).await?;
    Ok(TokenGrant {
        rights,
        credential,
        chat,
        user: claims.sub,
        member: found.member.key,
    })
}
