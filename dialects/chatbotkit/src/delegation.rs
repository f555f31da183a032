//! Tokens that do one thing with the rights of the key that they were made with: they end with their time, with the key,
//! with the member that it acts for, and where all tokens of that member are revoked.

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_engine::{api_key, member, workspace};
use parlor_kit::member_token::{decode_unverified, is_first_epoch};
use parlor_kit::{AppState, ids as core};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a token says. Times are whole Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims<G> {
    iss: String,
    /// The workspace: a UUID.
    workspace: String,
    /// What it may be used for: texts alone, since a flattened number is not read back.
    #[serde(flatten)]
    grant: G,
    /// The key it was made with, whose end is the token's.
    key: String,
    /// The member that the key acts for, whose end is the token's too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// The epoch of the member's tokens, left out in the first.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    epoch: i64,
    iat: i64,
    exp: i64,
    jti: String,
}

/// The part of the claims that says which key verifies them.
#[derive(Deserialize)]
struct Issuer {
    workspace: String,
}

/// Issues a token, and returns its end in milliseconds. It acts as the caller's key does.
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
        workspace: core::format_uuid(ctx.workspace.id),
        grant,
        key: core::format_uuid(key),
        member: ctx.actor.map(|actor| core::format_uuid(actor.id)),
        epoch,
        iat: now.seconds(),
        exp: now.saturating_add(lifetime).seconds(),
        jti: app.engine.random_uuid().simple().to_string(),
    };
    let signer = signing::signer(&app.engine, ctx.ws(), purpose).await?;
    Ok((signer.sign(Some("JWT"), &claims)?, claims.exp * 1_000))
}

/// Whom a token acts as, and what it may be used for. One refusal stands for a bad token, one that has ended, and one
/// whose key or member has.
pub(crate) async fn authenticate<G: DeserializeOwned>(
    app: &AppState,
    token: &str,
    purpose: Purpose,
    request: Uuid,
) -> Result<(Ctx, G)> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let id =
        decode_unverified::<Issuer>(token).and_then(|claims| core::parse_uuid(&claims.workspace));
    let workspace = workspace::find(&app.engine, id.ok_or_else(refused)?)
        .await
        .map_err(|_| refused())?
        .key;
    let claims: Claims<G> = signing::verify(&app.engine, workspace.number, purpose, token)
        .await?
        .map_err(|_| refused())?;
    if claims.iss != app.settings.issuer || claims.exp <= app.engine.now().seconds() {
        return Err(refused());
    }
    let key = core::parse_uuid(&claims.key).ok_or_else(refused)?;
    let ctx = api_key::context_by_id(&app.engine, workspace, key, request).await?;
    let member = ctx.actor.map(|actor| core::format_uuid(actor.id));
    if member != claims.member {
        return Err(refused());
    }
    if let Some(actor) = ctx.actor {
        let named = (actor.id, claims.epoch);
        member::context_by_token(&app.engine, workspace, named, None, request).await?;
    }
    Ok((ctx, claims.grant))
}
