//! The member token: one ES256 token that several dialects take for a member acting for itself.

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

/// Life of a member token unless asked otherwise.
pub const MEMBER_TOKEN_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Life of any token at the most.
pub const MAX_TOKEN_TTL: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The claims, in the order they are written. Times are whole Unix seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberClaims {
    /// Fresh for each token: 32 hex digits.
    pub jti: String,
    /// Who issued it.
    pub iss: String,
    /// When.
    pub iat: i64,
    /// The member's handle.
    pub sub: String,
    /// Until when.
    pub exp: i64,
    /// Comma-separated scopes it is narrowed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The epoch of the member's tokens in which it was issued; left out in the first.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    pub epoch: i64,
}

/// Whether an epoch is the first, which tokens leave out.
pub fn is_first_epoch(epoch: &i64) -> bool {
    *epoch == 0
}

/// Issues a token for a member, by handle, and says when it ends. The header holds `alg` alone.
///
/// # Errors
/// `Invalid` for a life beyond [`MAX_TOKEN_TTL`], `Unauthenticated` for a handle that names nobody who may act.
pub async fn issue_member_token(
    engine: &Engine,
    issuer: &str,
    workspace: WorkspaceRef,
    handle: &str,
    scopes: Option<Scopes>,
    life: Duration,
) -> Result<(String, Timestamp)> {
    let epoch = member::find_actor(engine, workspace, handle)
        .await?
        .token_epoch;
    issue_member_token_in_epoch(engine, issuer, workspace, (handle, epoch), scopes, life).await
}

/// Issues a token in an epoch that was read with what the token rests on: where the member's tokens have been revoked
/// since, the token is revoked with them.
///
/// # Errors
/// `Invalid` for a life beyond [`MAX_TOKEN_TTL`].
pub async fn issue_member_token_in_epoch(
    engine: &Engine,
    issuer: &str,
    workspace: WorkspaceRef,
    (handle, epoch): (&str, i64),
    scopes: Option<Scopes>,
    life: Duration,
) -> Result<(String, Timestamp)> {
    if life > MAX_TOKEN_TTL {
        return Err(Error::invalid("ttl", "must be at most 366 days"));
    }
    let now = engine.now();
    let end = now.saturating_add(life);
    let claims = MemberClaims {
        jti: engine.random_uuid().simple().to_string(),
        iss: issuer.to_owned(),
        iat: now.seconds(),
        sub: handle.to_owned(),
        exp: end.seconds(),
        scope: scopes.map(|scopes| scopes.to_string()),
        epoch,
    };
    let signer = signing::signer(engine, workspace.number, Purpose::Member).await?;
    Ok((signer.sign(None, &claims)?, end))
}

/// The context a member token opens in a workspace. Checked in this order: form, algorithm and signature; issuer;
/// end; that the member is known.
pub async fn authenticate_member_token(
    app: &AppState,
    workspace: WorkspaceRef,
    token: &str,
    request: Uuid,
) -> Result<Ctx> {
    let refused = |credential| Err(Error::unauthenticated(credential));
    let (ws, purpose) = (workspace.number, Purpose::Member);
    let Ok(claims) = signing::verify::<MemberClaims>(&app.engine, ws, purpose, token).await? else {
        return refused(CredentialReason::TokenInvalid);
    };
    if claims.iss != app.settings.issuer {
        return refused(CredentialReason::TokenIssuer);
    }
    if claims.exp <= app.engine.now().seconds() {
        return refused(CredentialReason::TokenExpired);
    }
    let limit = claims.scope.map(|text| text.parse::<Scopes>()).transpose();
    let Ok(limit) = limit else {
        return refused(CredentialReason::TokenInvalid);
    };
    let (handle, epoch) = (&claims.sub, claims.epoch);
    member::context_by_handle(&app.engine, workspace, handle, epoch, limit, request).await
}

/// The contexts a member token opens on this server, for callers that name no workspace or the wrong one. Cheap for
/// tokens that open nothing: only a token that says it is this server's is looked up, by the handle it names, and only
/// the keys of workspaces in which that handle is somebody's are tried.
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
    let mut opened = Vec::new();
    for place in workspace::find_by_handle(&app.engine, &claims.sub).await? {
        match authenticate_member_token(app, place.key, token, request).await {
            Ok(ctx) => opened.push(ctx),
            Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(opened)
}

/// What a token says of itself. Nothing may rest on it but where to look.
pub fn decode_unverified<C: DeserializeOwned>(token: &str) -> Option<C> {
    let mut parts = token.split('.').skip(1);
    let (claims, _signature) = (parts.next()?, parts.next()?);
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
