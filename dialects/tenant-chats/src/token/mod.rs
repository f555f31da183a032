//! Short-lived tokens for a user's sockets, for one chat or for all its chats, so that browsers need not know the tenant's
//! key.

pub(crate) mod create;
pub(crate) mod create_for_user;
mod ttl;

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_engine::{member, workspace};
use parlor_kit::AppState;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::member_token::decode_unverified;
use parlor_model::error::{CredentialReason, EntityKind};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::{Ctx, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::documented::SEND_SCOPE;
use crate::socket_credential::{KeyCredential, SocketCredential, SocketRights};

/// The claims of a token. Times are Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The user's id as the customer sent it.
    sub: String,
    /// The member's UUID. A user that is created later under the same id is another member.
    member: String,
    /// The epoch of the user's tokens at issue; omitted in the first epoch.
    #[serde(
        default,
        skip_serializing_if = "parlor_kit::member_token::is_first_epoch"
    )]
    epoch: i64,
    /// The chat's UUID; `None` in a token for `/live`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chat: Option<String>,
    /// The tenant's UUID.
    tenant: String,
    /// The UUID of the issuing key. Revoking the key revokes the token.
    key: String,
    iat: i64,
    exp: i64,
    jti: String,
}

/// The rights of a valid token.
pub(crate) struct TokenGrant {
    pub(crate) rights: SocketRights,
    pub(crate) credential: SocketCredential,
    /// The user's id as the customer sent it.
    pub(crate) user_id: String,
    pub(crate) member: MemberRef,
    /// The chat whose socket it opens; `None` in a token for `/live`.
    pub(crate) chat: Option<ConversationId>,
}

/// Issues a token for a user, and creates an unknown user. Returns the token and its expiry.
///
/// # Errors
/// `Unauthenticated` without a key, `Forbidden` if the caller may not act as the user, `NotFound` for an archived user.
async fn issue(
    app: &AppState,
    ctx: &Ctx,
    chat: Option<ConversationId>,
    (user_id, member): (&str, MemberKey),
    ttl: Duration,
) -> Result<(String, Timestamp)> {
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let member = member::find_or_create(&app.engine, ctx, member, SEND_SCOPE).await?;
    let id = member.member.id;
    let actor = member::find_actor_by_id(&app.engine, ctx.workspace, id).await;
    // An archived user can be found, but may not act.
    let actor = actor.map_err(|_| Error::not_found(EntityKind::Member))?;
    let now = app.engine.now();
    let expires_at = now.saturating_add(ttl);
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        sub: user_id.to_owned(),
        member: format_uuid(id),
        epoch: actor.token_epoch,
        chat: chat.map(format_uuid),
        tenant: format_uuid(ctx.workspace.id),
        key: format_uuid(key),
        iat: now.seconds(),
        exp: expires_at.seconds(),
        jti: app.engine.random_uuid().simple().to_string(),
    };
    let signer = signing::signer(&app.engine, ctx.ws(), Purpose::Conversation).await?;
    Ok((signer.sign(Some("JWT"), &claims)?, expires_at))
}

/// Verifies a token and authenticates its key and user.
///
/// # Errors
/// `Unauthenticated` if it is invalid, expired or revoked, or its key or user no longer exists.
pub(crate) async fn verify(app: &AppState, token: &str, request: Uuid) -> Result<TokenGrant> {
    let invalid = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let tenant = decode_unverified::<Claims>(token).and_then(|claims| parse_uuid(&claims.tenant));
    let tenant = workspace::find(&app.engine, tenant.ok_or_else(invalid)?)
        .await
        .map_err(|_| invalid())?
        .key;
    let claims: Claims = signing::verify(&app.engine, tenant.number, Purpose::Conversation, token)
        .await?
        .map_err(|_| invalid())?;
    let is_current = claims.iss == app.settings.issuer && claims.exp > app.engine.now().seconds();
    let key = parse_uuid(&claims.key).filter(|_| is_current);
    let key = key.ok_or_else(invalid)?;
    let member = parse_uuid(&claims.member).ok_or_else(invalid)?;
    let chat = match &claims.chat {
        Some(chat) => Some(parse_uuid(chat).ok_or_else(invalid)?),
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
    // Reading oneself requires no scope.
    let found = member::find(engine, &rights.user, MemberKey::Id(member)).await?;
    Ok(TokenGrant {
        rights,
        credential,
        chat,
        user_id: claims.sub,
        member: found.member.key,
    })
}
