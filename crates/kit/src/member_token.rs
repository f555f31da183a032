//! Member tokens: ES256 tokens by which a member acts as itself, accepted by several dialects.
//!
//! Keeps INV-25 (`docs/invariants.md`).

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_engine::signing::{self, Purpose};
use parlor_engine::{Engine, member, workspace};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::AppState;

/// Default lifetime of a member token.
pub const MEMBER_TOKEN_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Maximum lifetime of any token.
pub const MAX_TOKEN_TTL: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Claims, in the order they are serialized. Times are Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberClaims {
    /// Random token id: 32 hex digits.
    pub jti: String,
    /// Issuer.
    pub iss: String,
    /// Time of issue.
    pub iat: i64,
    /// Handle of the member.
    pub sub: String,
    /// Expiry.
    pub exp: i64,
    /// Comma-separated scopes that the token is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Token epoch of the member at the time of issue; omitted if 0.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    pub epoch: i64,
}

/// Returns whether an epoch is 0, which tokens omit.
pub fn is_first_epoch(epoch: &i64) -> bool {
    *epoch == 0
}

/// Issues a token for a member, by handle; returns it with its expiry. The header contains `alg` only.
///
/// # Errors
/// `Invalid` for a lifetime beyond [`MAX_TOKEN_TTL`], `Unauthenticated` if no active member has the handle.
pub async fn issue_member_token(
    engine: &Engine,
    issuer: &str,
    workspace: WorkspaceRef,
    handle: &str,
    scopes: Option<Scopes>,
    ttl: Duration,
) -> Result<(String, Timestamp)> {
    let epoch = member::find_actor(engine, workspace, handle)
        .await?
        .token_epoch;
    issue_member_token_in_epoch(engine, issuer, workspace, (handle, epoch), scopes, ttl).await
}

/// Issues a token with an epoch that was read together with the credential it is derived from: if the member's tokens
/// are revoked in between, this one is revoked too.
///
/// # Errors
/// `Invalid` for a lifetime beyond [`MAX_TOKEN_TTL`].
pub async fn issue_member_token_in_epoch(
    engine: &Engine,
    issuer: &str,
    workspace: WorkspaceRef,
    (handle, epoch): (&str, i64),
    scopes: Option<Scopes>,
    ttl: Duration,
) -> Result<(String, Timestamp)> {
    if ttl > MAX_TOKEN_TTL {
        return Err(Error::invalid("ttl", "must be at most 366 days"));
    }
    let now = engine.now();
    let expiry = now.saturating_add(ttl);
    let claims = MemberClaims {
        jti: engine.random_uuid().simple().to_string(),
        iss: issuer.to_owned(),
        iat: now.seconds(),
        sub: handle.to_owned(),
        exp: expiry.seconds(),
        scope: scopes.map(|scopes| scopes.to_string()),
        epoch,
    };
    let signer = signing::signer(engine, workspace.number, Purpose::Member).await?;
    Ok((signer.sign(None, &claims)?, expiry))
}

/// Authenticates a member token in a workspace. Checks format, algorithm and signature, then issuer, expiry and the
/// member.
///
/// # Errors
/// `Unauthenticated` with the reason.
pub async fn authenticate_member_token(
    app: &AppState,
    workspace: WorkspaceRef,
    token: &str,
    request: Uuid,
) -> Result<Ctx> {
    let rejected = |credential| Err(Error::unauthenticated(credential));
    let (ws, purpose) = (workspace.number, Purpose::Member);
    let Ok(claims) = signing::verify::<MemberClaims>(&app.engine, ws, purpose, token).await? else {
        return rejected(CredentialReason::TokenInvalid);
    };
    if claims.iss != app.settings.issuer {
        return rejected(CredentialReason::TokenIssuer);
    }
    if claims.exp <= app.engine.now().seconds() {
        return rejected(CredentialReason::TokenExpired);
    }
    let limit = claims.scope.map(|text| text.parse::<Scopes>()).transpose();
    let Ok(limit) = limit else {
        return rejected(CredentialReason::TokenInvalid);
    };
    let (handle, epoch) = (&claims.sub, claims.epoch);
    member::context_by_handle(&app.engine, workspace, handle, epoch, limit, request).await
}

/// Returns the contexts of a member token in all workspaces, for requests that name no workspace or a wrong one. To
/// keep invalid tokens cheap, only tokens with this server's issuer are looked up, and only keys of workspaces in
/// which the handle exists are tried.
pub async fn find_member_token_contexts(
    app: &AppState,
    token: &str,
    request: Uuid,
) -> Result<Vec<Ctx>> {
    let Some(claims) =
        decode_unverified::<MemberClaims>(token).filter(|claims| claims.iss == app.settings.issuer)
    else {
        return Ok(Vec::new());
    };
    let mut contexts = Vec::new();
    for candidate in workspace::find_by_handle(&app.engine, &claims.sub).await? {
        match authenticate_member_token(app, candidate.key, token, request).await {
            Ok(ctx) => contexts.push(ctx),
            Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(contexts)
}

/// Decodes the claims without verifying the signature. Use them only to find the key to verify with.
pub fn decode_unverified<C: DeserializeOwned>(token: &str) -> Option<C> {
    let mut parts = token.split('.').skip(1);
    let (claims, _signature) = (parts.next()?, parts.next()?);
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
