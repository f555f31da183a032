//! Delegation tokens: JWTs that permit one use with the rights of the key that issued them. A token is invalid once it
//! expires, its key or that key's member is revoked or deleted, or all tokens of that member are revoked.

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_engine::{api_key, member, workspace};
use parlor_kit::AppState;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::member_token::{decode_unverified, is_first_epoch};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The claims of a token. Times are whole Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims<G> {
    iss: String,
    /// The workspace: a UUID.
    workspace: String,
    /// The permitted use. Its values must be texts: serde does not read a flattened number back.
    #[serde(flatten)]
    grant: G,
    /// The key that issued it: a UUID.
    key: String,
    /// The member that the key is bound to: a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// The member's token epoch; omitted if it is the first.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    epoch: i64,
    iat: i64,
    exp: i64,
    jti: String,
}

/// The claim that selects the signing key, read before verification.
#[derive(Deserialize)]
struct Issuer {
    workspace: String,
}

/// Issues a token with the rights of the caller's key. Returns it with its expiry in milliseconds since 1970.
///
/// # Errors
/// `Unauthenticated` for a caller without a key.
pub(crate) async fn issue<G: Serialize>(
    app: &AppState,
    ctx: &Ctx,
    (purpose, grant): (Purpose, G),
    lifetime: Duration,
) -> Result<(String, i64)> {
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let epoch = match ctx.actor {
        Some(actor) => {
            let acting = member::find_actor_by_id(&app.engine, ctx.workspace, actor.id).await?;
            acting.token_epoch
        }
        None => 0,
    };
    let now = app.engine.now();
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        workspace: format_uuid(ctx.workspace.id),
        grant,
        key: format_uuid(key),
        member: ctx.actor.map(|actor| format_uuid(actor.id)),
        epoch,
        iat: now.seconds(),
        exp: now.saturating_add(lifetime).seconds(),
        jti: app.engine.random_uuid().simple().to_string(),
    };
    let signer = signing::signer(&app.engine, ctx.ws(), purpose).await?;
    Ok((signer.sign(Some("JWT"), &claims)?, claims.exp * 1_000))
}

/// Verifies a token. Returns the context of its key, and its grant.
///
/// # Errors
/// `Unauthenticated`, with the same reason for an invalid token, an expired one, and one of a revoked key or member.
pub(crate) async fn authenticate<G: DeserializeOwned>(
    app: &AppState,
    token: &str,
    purpose: Purpose,
    request: Uuid,
) -> Result<(Ctx, G)> {
    let invalid = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let id = decode_unverified::<Issuer>(token).and_then(|claims| parse_uuid(&claims.workspace));
    let workspace = workspace::find(&app.engine, id.ok_or_else(invalid)?)
        .await
        .map_err(|_| invalid())?
        .key;
    let claims: Claims<G> = signing::verify(&app.engine, workspace.number, purpose, token)
        .await?
        .map_err(|_| invalid())?;
    if claims.iss != app.settings.issuer || claims.exp <= app.engine.now().seconds() {
        return Err(invalid());
    }
    let key = parse_uuid(&claims.key).ok_or_else(invalid)?;
    let ctx = api_key::context_by_id(&app.engine, workspace, key, request).await?;
    let member = ctx.actor.map(|actor| format_uuid(actor.id));
    if member != claims.member {
        return Err(invalid());
    }
    if let Some(actor) = ctx.actor {
        let token = (actor.id, claims.epoch);
        member::context_by_token(&app.engine, workspace, token, None, request).await?;
    }
    Ok((ctx, claims.grant))
}
