//! Session tokens: JWTs with HS256, signed with the workspace's own key, valid for a day.
//!
//! The vendor defines the algorithm, the lifetime and the claim of the role; the other claims are this server's own.
//!
//! Keeps INV-29 (`docs/invariants.md`).

use std::time::Duration;

use parlor_engine::member;
use parlor_engine::signing::{self, Purpose};
use parlor_kit::AppState;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::member_token::decode_unverified;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::custom_role::CustomRole;
use parlor_model::error::CredentialReason;
use parlor_model::id::{ApiKeyId, CustomRoleId, MemberId, SpaceId, WorkspaceId};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Lifetime of a token.
const SESSION_TOKEN_TTL: Duration = Duration::from_secs(24 * 60 * 60);
/// Tolerated difference between the clocks of two nodes.
const CLOCK_LEEWAY: Duration = Duration::from_secs(30);
/// Prefix of a key's id in `sub`.
const KEY_SUBJECT_PREFIX: &str = "key:";

/// Claims of a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    iss: String,
    /// `key:` and the key's id, or the user's id.
    sub: String,
    #[serde(rename = "typ_use")]
    typ_use: Use,
    workspace_id: String,
    organization_id: String,
    /// Of a user's token: its space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space_id: Option<String>,
    /// Of a user's token: the key with which it was issued. Revoking the key revokes the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    /// Of a user's token: the epoch of the user's tokens, omitted for the first.
    #[serde(
        default,
        skip_serializing_if = "parlor_kit::member_token::is_first_epoch"
    )]
    epoch: i64,
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(rename = "user_metadata")]
    user_metadata: UserMetadata,
    /// Copy of `user_metadata`, by which the browser widget separates the conversations of several roles.
    #[serde(default)]
    metadata: UserMetadata,
}

/// The role a token carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_role_id: Option<String>,
}

impl UserMetadata {
    pub(crate) fn from_role(role: Option<&CustomRole>) -> Self {
        Self {
            role_id: role.map(|role| format_uuid(role.id)),
            customer_role_id: role.and_then(|role| role.customer_id.clone()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Use {
    AccessKey,
    Space,
}

/// Subject of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenSubject {
    /// A key, valid in every space of its workspace.
    Key(ApiKeyId),
    /// A user, valid in its own space as long as the issuing key.
    User {
        member: MemberId,
        space: SpaceId,
        /// The issuing key; `None` for an anonymous visitor.
        key: Option<ApiKeyId>,
        /// The epoch of the user's tokens at issue.
        epoch: i64,
    },
}

/// Result of a successful verification.
pub(crate) struct VerifiedToken {
    pub(crate) subject: TokenSubject,
    /// The role that the token carries.
    pub(crate) role: Option<CustomRoleId>,
}

/// Issues a token.
///
/// # Errors
/// Errors of the store, from which the signing key is loaded.
pub(crate) async fn issue(
    app: &AppState,
    workspace: WorkspaceRef,
    subject: TokenSubject,
    role: Option<&CustomRole>,
) -> Result<String> {
    let now = app.engine.now();
    let (sub, typ_use, space, key, epoch) = match subject {
        TokenSubject::Key(key) => (
            format!("{KEY_SUBJECT_PREFIX}{}", format_uuid(key)),
            Use::AccessKey,
            None,
            None,
            0,
        ),
        TokenSubject::User {
            member,
            space,
            key,
            epoch,
        } => (format_uuid(member), Use::Space, Some(space), key, epoch),
    };
    let user_metadata = UserMetadata::from_role(role);
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        sub,
        typ_use,
        workspace_id: format_uuid(workspace.id),
        organization_id: format_uuid(workspace.organization),
        space_id: space.map(format_uuid),
        key_id: key.map(format_uuid),
        epoch,
        iat: now.seconds(),
        exp: now.saturating_add(SESSION_TOKEN_TTL).seconds(),
        jti: app.engine.random_uuid().hyphenated().to_string(),
        metadata: user_metadata.clone(),
        user_metadata,
    };
    let signer = signing::signer(&app.engine, workspace.number, Purpose::Session).await?;
    signer.sign(Some("JWT"), &claims)
}

/// Returns the current epoch of a user's tokens.
pub(crate) async fn current_token_epoch(
    app: &AppState,
    workspace: WorkspaceRef,
    member: MemberId,
) -> Result<i64> {
    let actor = member::find_actor_by_id(&app.engine, workspace, member).await?;
    Ok(actor.token_epoch)
}

/// Verifies a token of a workspace, in this order: form, algorithm and signature; workspace; expiry.
///
/// # Errors
/// `Unauthenticated` with the reason.
pub(crate) async fn verify(
    app: &AppState,
    workspace: WorkspaceRef,
    token: &str,
) -> Result<VerifiedToken> {
    let invalid = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let claims: Claims = signing::verify(&app.engine, workspace.number, Purpose::Session, token)
        .await?
        .map_err(|_| invalid())?;
    if claims.workspace_id != format_uuid(workspace.id) {
        return Err(invalid());
    }
    if claims.exp <= app.engine.now().saturating_sub(CLOCK_LEEWAY).seconds() {
        return Err(Error::unauthenticated(CredentialReason::TokenExpired));
    }
    let role = match claims.user_metadata.role_id.as_deref() {
        None => None,
        Some(id) => Some(parse_uuid(id).ok_or_else(invalid)?),
    };
    let subject = parse_subject(&claims).ok_or_else(invalid)?;
    Ok(VerifiedToken { subject, role })
}

/// Returns the workspace in a token's unverified claims. It may only be used to select the signing key.
pub(crate) fn unverified_workspace(token: &str) -> Option<WorkspaceId> {
    parse_uuid(&decode_unverified::<Claims>(token)?.workspace_id)
}

fn parse_subject(claims: &Claims) -> Option<TokenSubject> {
    match claims.typ_use {
        Use::AccessKey => {
            parse_uuid(claims.sub.strip_prefix(KEY_SUBJECT_PREFIX)?).map(TokenSubject::Key)
        }
        Use::Space => Some(TokenSubject::User {
            member: parse_uuid(&claims.sub)?,
            space: parse_uuid(claims.space_id.as_deref()?)?,
            key: match claims.key_id.as_deref() {
                None => None,
                Some(id) => Some(parse_uuid(id)?),
            },
            epoch: claims.epoch,
        }),
    }
}
