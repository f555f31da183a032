//! The session tokens of this dialect: HS256, signed with the workspace's own key, good for a day.
//!
//! Only the algorithm, the life and the role's place are the vendor's; the other claims are ours.

use std::time::Duration;

use parlor_engine::member;
use parlor_engine::signing::{self, Purpose};
use parlor_kit::App;
use parlor_kit::ids::{dashed, parse_dashed};
use parlor_kit::token::unverified;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Credential;
use parlor_model::id::{KeyId, MemberId, RoleId, SpaceId, WorkspaceId};
use parlor_model::role::Role;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a token is good for.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How far the clocks of two machines may be apart.
const LEEWAY: Duration = Duration::from_secs(30);
/// What stands before a key's id in `sub`.
const KEY: &str = "key:";

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
    #[serde(default, skip_serializing_if = "parlor_kit::token::is_first")]
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
    pub(crate) fn of(role: Option<&Role>) -> Self {
        Self {
            role_id: role.map(|role| dashed(role.id)),
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
pub(crate) enum Holder {
    /// A key, in every space of its workspace.
    Key(KeyId),
    /// A user in its own space, as long as the key lives that it was made with.
    User {
        member: MemberId,
        space: SpaceId,
        /// None for a visitor who has shown no credential.
        key: Option<KeyId>,
        /// The epoch of the user's tokens in which it was issued.
        epoch: i64,
    },
}

/// A token that was found good.
pub(crate) struct Verified {
    pub(crate) holder: Holder,
    /// The role it carries.
    pub(crate) role: Option<RoleId>,
}

/// Issues a token.
pub(crate) async fn issue(
    app: &App,
    workspace: WorkspaceRef,
    holder: Holder,
    role: Option<&Role>,
) -> Result<String> {
    let now = app.engine.now();
    let (sub, typ_use, space, key, epoch) = match holder {
        Holder::Key(key) => (
            format!("{KEY}{}", dashed(key)),
            Use::AccessKey,
            None,
            None,
            0,
        ),
        Holder::User {
            member,
            space,
            key,
            epoch,
        } => (dashed(member), Use::Space, Some(space), key, epoch),
    };
    let user_metadata = UserMetadata::of(role);
    let claims = Claims {
        iss: app.settings.issuer.clone(),
        sub,
        typ_use,
        workspace_id: dashed(workspace.id),
        organization_id: dashed(workspace.organization),
        space_id: space.map(dashed),
        key_id: key.map(dashed),
        epoch,
        iat: now.seconds(),
        exp: now.plus(LIFE).seconds(),
        jti: app.engine.random_uuid().hyphenated().to_string(),
        metadata: user_metadata.clone(),
        user_metadata,
    };
    let signer = signing::signer(&app.engine, workspace.number, Purpose::Session).await?;
    signer.sign(Some("JWT"), &claims)
}

/// The epoch in which a token is issued to a user now.
pub(crate) async fn epoch(app: &App, workspace: WorkspaceRef, member: MemberId) -> Result<i64> {
    let acting = member::find_acting_by_id(&app.engine, workspace, member).await?;
    Ok(acting.token_epoch)
}

/// Whom a token of this workspace stands for. Checked in this order: form, algorithm and signature; the workspace;
/// the end.
pub(crate) async fn verify(app: &App, workspace: WorkspaceRef, token: &str) -> Result<Verified> {
    let invalid = || Error::unauthenticated(Credential::TokenInvalid);
    let claims: Claims = signing::verify(&app.engine, workspace.number, Purpose::Session, token)
        .await?
        .map_err(|_| invalid())?;
    if claims.workspace_id != dashed(workspace.id) {
        return Err(invalid());
    }
    if claims.exp <= app.engine.now().minus(LEEWAY).seconds() {
        return Err(Error::unauthenticated(Credential::TokenExpired));
    }
    let role = match claims.user_metadata.role_id.as_deref() {
        None => None,
        Some(id) => Some(parse_dashed(id).ok_or_else(invalid)?),
    };
    let holder = holder(&claims).ok_or_else(invalid)?;
    Ok(Verified { holder, role })
}

/// The workspace a token says it is of. Nothing may rest on it but where to look for the key.
pub(crate) fn claimed_workspace(token: &str) -> Option<WorkspaceId> {
    parse_dashed(&unverified::<Claims>(token)?.workspace_id)
}

fn holder(claims: &Claims) -> Option<Holder> {
    match claims.typ_use {
        Use::AccessKey => parse_dashed(claims.sub.strip_prefix(KEY)?).map(Holder::Key),
        Use::Space => Some(Holder::User {
            member: parse_dashed(&claims.sub)?,
            space: parse_dashed(claims.space_id.as_deref()?)?,
            key: match claims.key_id.as_deref() {
                None => None,
                Some(id) => Some(parse_dashed(id)?),
            },
            epoch: claims.epoch,
        }),
    }
}
