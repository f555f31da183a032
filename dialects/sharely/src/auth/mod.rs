//! Who calls. Checked in the vendor's order: the credential, that it is of the path's workspace, the organization.

mod credentials;

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::workspace;
use parlor_kit::credential::header;
use parlor_kit::{AppState, DialectError};
use parlor_model::custom_role::CustomRole;
use parlor_model::error::{CredentialReason, ForbiddenReason};
use parlor_model::id::{CustomRoleId, SpaceId, WorkspaceId};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use self::credentials::{CredentialVerifier, RequestCredentials};
use crate::Sharely;

/// The header a key stands in.
pub(crate) const KEY_HEADER: &str = "x-api-key";
/// The header that names the organization.
pub(crate) const ORGANIZATION_HEADER: &str = "organizationid";

const MISSING_ORGANIZATION: &str = "Missing organizationid header";

/// A caller with a bearer token, who names the organization.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
    /// The only space the caller's token is good for, if it is a user's.
    bound_space: Option<SpaceId>,
    /// The role its token carries.
    pub(crate) role: Option<CustomRole>,
}

/// A caller with an API key in its header.
pub(crate) struct KeyCaller(pub(crate) Ctx);

/// A caller with either; naming the organization is left to it.
pub(crate) struct KeyOrTokenCaller(pub(crate) Caller);

/// A caller with a bearer token; naming the organization is left to it, and on paths that name no workspace the token
/// does.
pub(crate) struct TokenCaller(pub(crate) Caller);

/// The same, whose token carries a role where the workspace asks for one.
pub(crate) struct AgentCaller(pub(crate) Caller, pub(crate) Option<CustomRoleId>);

/// Somebody who wants a space: with a key, with a token, or with nothing where the operator allows that.
pub(crate) struct OptionalCaller(pub(crate) Option<Caller>);

impl Caller {
    /// A key says which workspace it is for and nothing more.
    fn from_key(ctx: Ctx) -> Self {
        Self {
            ctx,
            bound_space: None,
            role: None,
        }
    }

    /// The caller that a bearer token stands for in a workspace, looked at once more.
    pub(crate) async fn reauthenticate(
        app: &AppState,
        workspace: WorkspaceId,
        token: &str,
        request: Uuid,
    ) -> Result<Self> {
        let door = CredentialVerifier {
            app,
            workspace: Some(workspace),
            has_workspace_param: true,
            request,
        };
        door.verify_token(token).await
    }

    /// Refuses a user's token anywhere but in its own space.
    pub(crate) fn require_space(&self, space: SpaceId) -> Result<()> {
        match self.bound_space {
            Some(own) if own != space => Err(Error::forbidden(ForbiddenReason::Bound)),
            _ => Ok(()),
        }
    }

    /// Refuses a user's token where the whole workspace is concerned.
    pub(crate) fn require_workspace_token(&self) -> Result<()> {
        match self.bound_space {
            Some(_) => Err(Error::forbidden(ForbiddenReason::Bound)),
            None => Ok(()),
        }
    }

    /// The only space a user's token is good for.
    pub(crate) fn own_space(&self) -> Option<SpaceId> {
        self.bound_space
    }

    /// What the caller may do in a space: a user in its own everything with the conversations there, elsewhere
    /// nothing. What is done with this must be known to concern that space alone.
    pub(crate) fn context_for_space(&self, space: SpaceId) -> Result<Ctx> {
        self.require_space(space)?;
        Ok(self.space_context())
    }

    /// The same where the space is seen to otherwise.
    pub(crate) fn space_context(&self) -> Ctx {
        if self.bound_space.is_none() {
            return self.ctx;
        }
        let scopes = Scopes::NONE
            .with_scope(Scope::write(Resource::Conversations))
            .with_scope(Scope::write(Resource::Messages));
        Ctx {
            scopes,
            granted: scopes,
            delegated: true,
            ..self.ctx
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let asked = RequestCredentials::from_parts(parts, app).await;
        let caller = asked.authenticate_token().await?;
        if !asked.verify_organization(&caller.ctx)? {
            return Err(Error::malformed(MISSING_ORGANIZATION).into());
        }
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for KeyCaller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let asked = RequestCredentials::from_parts(parts, app).await;
        let secret = header(asked.headers, KEY_HEADER);
        let secret = secret.ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
        Ok(Self(asked.authenticate_key(secret).await?))
    }
}

impl FromRequestParts<AppState> for KeyOrTokenCaller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let asked = RequestCredentials::from_parts(parts, app).await;
        let caller = match header(asked.headers, KEY_HEADER) {
            Some(secret) => Caller::from_key(asked.authenticate_key(secret).await?),
            None => asked.authenticate_token().await?,
        };
        asked.verify_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for TokenCaller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let asked = RequestCredentials::from_parts(parts, app).await;
        let caller = asked.authenticate_token().await?;
        asked.verify_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for AgentCaller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let TokenCaller(caller) = TokenCaller::from_request_parts(parts, app).await?;
        let place = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
        if !place.policy.require_roles {
            return Ok(Self(caller, None));
        }
        match caller.role.as_ref().map(|role| role.id) {
            Some(role) => Ok(Self(caller, Some(role))),
            None => Err(Error::unauthenticated(CredentialReason::RoleMissing).into()),
        }
    }
}

impl FromRequestParts<AppState> for OptionalCaller {
    type Rejection = DialectError<Sharely>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Sharely>> {
        let asked = RequestCredentials::from_parts(parts, app).await;
        if asked.has_no_credential() && asked.allows_anonymous() {
            asked.count_anonymous_request()?;
            return Ok(Self(None));
        }
        let KeyOrTokenCaller(caller) = KeyOrTokenCaller::from_request_parts(parts, app).await?;
        Ok(Self(Some(caller)))
    }
}
