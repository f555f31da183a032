//! Extractors of the caller. They check in the vendor's order: the credential, its workspace against the path, the
//! organization header.

mod credentials;

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::workspace;
use parlor_kit::AppState;
use parlor_kit::credential::header;
use parlor_model::custom_role::CustomRole;
use parlor_model::error::{CredentialReason, ForbiddenReason};
use parlor_model::id::{ApiKeyId, CustomRoleId, SpaceId, WorkspaceId};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use self::credentials::{CredentialVerifier, RequestCredentials};
use crate::HandlerError;

/// Header with the API key.
pub(crate) const KEY_HEADER: &str = "x-api-key";
/// Header with the organization's id.
pub(crate) const ORGANIZATION_HEADER: &str = "organizationid";

const MISSING_ORGANIZATION: &str = "Missing organizationid header";

/// Caller with a bearer token and the required organization header.
pub(crate) struct Caller {
    pub(crate) ctx: Ctx,
    /// The space to which a user's token is bound.
    bound_space: Option<SpaceId>,
    /// The role that the token carries.
    pub(crate) role: Option<CustomRole>,
}

/// Caller with an API key in its header.
pub(crate) struct KeyCaller(pub(crate) Ctx);

/// Caller with an API key or a bearer token; the organization header is optional.
pub(crate) struct KeyOrTokenCaller(pub(crate) Caller);

/// Caller with a bearer token; the organization header is optional. On paths without a workspace, the token's workspace
/// is used.
pub(crate) struct TokenCaller(pub(crate) Caller);

/// Caller of an agent endpoint, with the role by which threads are filtered: `Some` only where the workspace requires
/// tokens with a role.
pub(crate) struct AgentCaller(pub(crate) Caller, pub(crate) Option<CustomRoleId>);

/// Caller with a key, a token or, where `anonymous_spaces` allows it, no credential.
pub(crate) struct OptionalCaller(pub(crate) Option<Caller>);

impl Caller {
    /// Creates the caller of an API key: bound to no space and without a role.
    fn from_key(ctx: Ctx) -> Self {
        Self {
            ctx,
            bound_space: None,
            role: None,
        }
    }

    /// Authenticates a bearer token of a workspace outside an extractor, as event streams do periodically.
    pub(crate) async fn reauthenticate(
        app: &AppState,
        workspace: WorkspaceId,
        token: &str,
        request: Uuid,
    ) -> Result<Self> {
        let verifier = CredentialVerifier {
            app,
            workspace: Some(workspace),
            has_workspace_param: true,
            request,
        };
        verifier.verify_token(token).await
    }

    /// Checks that the token is not bound to another space.
    ///
    /// # Errors
    /// `Forbidden` for a user's token of another space.
    pub(crate) fn require_space(&self, space: SpaceId) -> Result<()> {
        match self.bound_space {
            Some(own) if own != space => Err(Error::forbidden(ForbiddenReason::Bound)),
            _ => Ok(()),
        }
    }

    /// Checks that the token is valid for the whole workspace.
    ///
    /// # Errors
    /// `Forbidden` for a user's token.
    pub(crate) fn require_workspace_token(&self) -> Result<()> {
        match self.bound_space {
            Some(_) => Err(Error::forbidden(ForbiddenReason::Bound)),
            None => Ok(()),
        }
    }

    /// Returns the space to which a user's token is bound.
    pub(crate) fn own_space(&self) -> Option<SpaceId> {
        self.bound_space
    }

    /// Returns the context for an operation in a space. A user may read and write all conversations of its own space, so
    /// the operation must not touch any other space.
    ///
    /// # Errors
    /// `Forbidden` for a user's token of another space.
    pub(crate) fn context_for_space(&self, space: SpaceId) -> Result<Ctx> {
        self.require_space(space)?;
        Ok(self.space_context())
    }

    /// Returns the context of [`Self::context_for_space`] without a check of the space: the operation itself must filter
    /// by [`Self::own_space`].
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

/// Returns the API key behind a caller.
///
/// # Errors
/// `Unauthenticated` for a session without one, which belongs to an anonymous visitor.
pub(crate) fn key_id_of(ctx: &Ctx) -> Result<ApiKeyId> {
    ctx.key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let credentials = RequestCredentials::from_parts(parts, app).await;
        let caller = credentials.authenticate_token().await?;
        if !credentials.verify_organization(&caller.ctx)? {
            return Err(Error::malformed(MISSING_ORGANIZATION).into());
        }
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for KeyCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let credentials = RequestCredentials::from_parts(parts, app).await;
        let secret = header(credentials.headers, KEY_HEADER);
        let secret = secret.ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
        Ok(Self(credentials.authenticate_key(secret).await?))
    }
}

impl FromRequestParts<AppState> for KeyOrTokenCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let credentials = RequestCredentials::from_parts(parts, app).await;
        let caller = match header(credentials.headers, KEY_HEADER) {
            Some(secret) => Caller::from_key(credentials.authenticate_key(secret).await?),
            None => credentials.authenticate_token().await?,
        };
        credentials.verify_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for TokenCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let credentials = RequestCredentials::from_parts(parts, app).await;
        let caller = credentials.authenticate_token().await?;
        credentials.verify_organization(&caller.ctx)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for AgentCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let TokenCaller(caller) = TokenCaller::from_request_parts(parts, app).await?;
        let workspace = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
        if !workspace.policy.require_roles {
            return Ok(Self(caller, None));
        }
        match caller.role.as_ref().map(|role| role.id) {
            Some(role) => Ok(Self(caller, Some(role))),
            None => Err(Error::unauthenticated(CredentialReason::RoleMissing).into()),
        }
    }
}

impl FromRequestParts<AppState> for OptionalCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let credentials = RequestCredentials::from_parts(parts, app).await;
        if credentials.has_no_credential() && credentials.allows_anonymous() {
            credentials.count_anonymous_request()?;
            return Ok(Self(None));
        }
        let KeyOrTokenCaller(caller) = KeyOrTokenCaller::from_request_parts(parts, app).await?;
        Ok(Self(Some(caller)))
    }
}
