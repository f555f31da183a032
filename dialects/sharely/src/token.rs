//! The session tokens of this dialect: HS256, signed with the workspace's own key, good for a day.
//!
//! Only the algorithm, the life and the role's place are the vendor's; the other claims are ours.

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

/// How long a token is good for.
const SESSION_TOKEN_TTL: Duration = Duration::from_secs(24 * 60 * 60);
/// How far the clocks of two machines may be apart.
const CLOCK_LEEWAY: Duration = Duration::from_secs(30);
/// What stands before a key's id in `sub`.
const KEY_SUBJECT_PREFIX: &str = "key:";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claims {
    iss: String,
    /// `key:` and the key's id, or the id of the user.
    sub: String,
    #[serde(rename = "typ_use")]
    typ_use: Use,
    workspace_id: String,
    organization_id: String,
    /// Only of a user's token: its space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space_id: Option<String>,
    /// Only of a user's token: the key it was made with, so that it ends with the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    /// Only of a user's token: the epoch of the user's tokens, left out in the first.
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
    /// The same once more: the browser widget keeps the talks of several roles apart by it.
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

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenSubject {
    /// A key, in every space of its workspace.
    Key(ApiKeyId),
    /// A user in its own space, as long as the key lives that it was made with.
    User {
        member: MemberId,
        space: SpaceId,
        /// None for a visitor who has shown no credential.
        key: Option<ApiKeyId>,
        /// The epoch of the user's tokens in which it was issued.
        epoch: i64,
    },
}

/// A token that was found good.
pub(crate) struct VerifiedToken {
    pub(crate) subject: TokenSubject,
    /// The role it carries.
    pub(crate) role: Option<CustomRoleId>,
}

/// Issues a token.
pub(crate) async fn issue(
    app: &AppState,
    workspace: WorkspaceRef,
    holder: TokenSubject,
    role: Option<&CustomRole>,
) -> Result<String> {
    let now = app.engine.now();
    let (sub, typ_use, space, key, epoch) = match holder {
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

/// The epoch in which a token is issued to a user now.
pub(crate) async fn current_token_epoch(
    app: &AppState,
    workspace: WorkspaceRef,
    member: MemberId,
) -> Result<i64> {
    let acting = member::find_actor_by_id(&app.engine, workspace, member).await?;
    Ok(acting.token_epoch)
}

/// Whom a token of this workspace stands for. Checked in this order: form, algorithm and signature; the workspace;
/// the end.
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
    let holder = parse_subject(&claims).ok_or_else(invalid)?;
    Ok(VerifiedToken {
        subject: holder,
        role,
    })
}

/// The workspace a token says it is of. Nothing may rest on it but where to look for the key.
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
