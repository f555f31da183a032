//! Verification of a request's credentials.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use parlor_engine::{api_key, custom_role, member, workspace};
use parlor_kit::credential::{bearer_token, header};
use parlor_kit::ids::parse_uuid;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, Dialect, PathParams, RequestMeta};
use parlor_model::api_key::SECRET_PREFIX;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::custom_role::{CustomRole, CustomRoleKey};
use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};
use parlor_model::id::{ApiKeyId, CustomRoleId, WorkspaceId};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use super::{Caller, KEY_HEADER, MISSING_ORGANIZATION, ORGANIZATION_HEADER};
use crate::token::{self, TokenSubject, VerifiedToken};
use crate::{Settings, Sharely, ids};

/// Credentials of one request, with the matched route that names the required scope.
pub(super) struct RequestCredentials<'r> {
    verifier: CredentialVerifier<'r>,
    pub(super) headers: &'r HeaderMap,
    meta: RequestMeta,
    route: MatchedRoute,
}

/// Verifies keys and tokens against the workspace of the path.
pub(super) struct CredentialVerifier<'r> {
    pub(super) app: &'r AppState,
    /// The workspace in the path; `None` if the path has no such parameter or its value is no UUID.
    pub(super) workspace: Option<WorkspaceId>,
    /// Whether the path has a workspace parameter.
    pub(super) has_workspace_param: bool,
    pub(super) request: Uuid,
}

impl CredentialVerifier<'_> {
    /// Returns the context of an API key.
    ///
    /// # Errors
    /// `Unauthenticated` for an unknown key and for one of a workspace other than the path's.
    async fn verify_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = api_key::authenticate(&self.app.engine, secret, self.request).await?;
        if self.has_workspace_param && Some(ctx.workspace.id) != self.workspace {
            return Err(Error::unauthenticated(CredentialReason::Key));
        }
        Ok(ctx)
    }

    /// Returns the caller of a bearer token of the path's workspace.
    pub(super) async fn verify_token(&self, token: &str) -> Result<Caller> {
        if token.starts_with(SECRET_PREFIX)
            && self
                .app
                .dialect_settings::<Settings>()
                .accept_raw_key_bearer
        {
            let ctx = self.verify_key(token).await.map_err(map_to_token_error)?;
            return Ok(Caller::from_key(ctx));
        }
        let workspace = self.find_workspace(token).await?;
        let VerifiedToken { subject, role } = token::verify(self.app, workspace, token).await?;
        let (engine, request) = (&self.app.engine, self.request);
        let (ctx, bound) = match subject {
            TokenSubject::Key(key) => (
                api_key::context_by_id(engine, workspace, key, request).await?,
                None,
            ),
            TokenSubject::User {
                member,
                space,
                key,
                epoch,
            } => {
                self.check_issuing_key(workspace, key).await?;
                // A user's token carries no scopes: its own space requires none, and it is valid nowhere else.
                let (user, scopes) = ((member, epoch), Some(Scopes::NONE));
                let own =
                    member::context_by_token(engine, workspace, user, scopes, request).await?;
                (Ctx { key, ..own }, Some(space))
            }
        };
        let role = self.load_role(&ctx, role).await?;
        Ok(Caller {
            // The minimal id stands for a session without a role: no role has it, so it matches no thread of a role.
            ctx: Ctx {
                role: Some(role.as_ref().map_or(CustomRoleId::MIN, |role| role.id)),
                ..ctx
            },
            role,
            bound_space: bound,
        })
    }

    /// Checks that the key with which a user's token was issued is still valid, or, for a token issued without a key,
    /// that anonymous visitors are still allowed.
    async fn check_issuing_key(
        &self,
        workspace: WorkspaceRef,
        key: Option<ApiKeyId>,
    ) -> Result<()> {
        match key {
            Some(key) => api_key::context_by_id(&self.app.engine, workspace, key, self.request)
                .await
                .map(drop),
            None if self.allows_anonymous() => Ok(()),
            None => Err(Error::unauthenticated(CredentialReason::TokenInvalid)),
        }
    }

    /// Loads the role that a token carries.
    ///
    /// # Errors
    /// `Unauthenticated` if the role was deleted.
    async fn load_role(&self, ctx: &Ctx, role: Option<CustomRoleId>) -> Result<Option<CustomRole>> {
        let Some(id) = role else {
            return Ok(None);
        };
        custom_role::find_for_session(&self.app.engine, ctx, CustomRoleKey::Id(id))
            .await?
            .map(Some)
            .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
    }

    /// Finds the workspace of the path or, on paths without one, that of the token's unverified claims.
    ///
    /// # Errors
    /// `Unauthenticated` for an unknown workspace.
    async fn find_workspace(&self, token: &str) -> Result<WorkspaceRef> {
        let invalid = || Error::unauthenticated(CredentialReason::TokenInvalid);
        let id = if self.has_workspace_param {
            self.workspace
        } else {
            token::unverified_workspace(token)
        };
        match workspace::find(&self.app.engine, id.ok_or_else(invalid)?).await {
            Ok(found) => Ok(found.key),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Err(invalid()),
            Err(error) => Err(error),
        }
    }

    /// Returns whether the operator allows spaces without a credential.
    fn allows_anonymous(&self) -> bool {
        self.app.dialect_settings::<Settings>().anonymous_spaces
    }
}

impl<'r> RequestCredentials<'r> {
    pub(super) async fn from_parts(parts: &'r mut Parts, app: &'r AppState) -> Self {
        let Ok(params) = PathParams::from_request_parts(parts, app).await;
        let meta = RequestMeta::from_extensions(&parts.extensions);
        Self {
            verifier: CredentialVerifier {
                app,
                workspace: ids::workspace_id_from_path(&params),
                has_workspace_param: params.has("workspace"),
                request: meta.request_id,
            },
            meta,
            route: MatchedRoute::from_extensions(&parts.extensions),
            headers: &parts.headers,
        }
    }

    /// Authenticates an API key, counts the request and checks the route's scope.
    pub(super) async fn authenticate_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = self.verifier.verify_key(secret).await?;
        self.count_request(&ctx)?;
        self.route.require_scope(&ctx)?;
        Ok(ctx)
    }

    /// Authenticates the bearer token and counts the request. The route's scope is checked for workspace tokens only.
    pub(super) async fn authenticate_token(&self) -> Result<Caller> {
        let missing = || Error::unauthenticated(CredentialReason::TokenMissing);
        let token = bearer_token(self.headers).ok_or_else(missing)?;
        // Browser scripts without a token send a placeholder.
        if is_placeholder_token(token) {
            return Err(missing());
        }
        let caller = self.verifier.verify_token(token).await?;
        self.count_request(&caller.ctx)?;
        // A user's token is valid for its space without scopes; a key needs the route's scope.
        if caller.own_space().is_none() {
            self.route.require_scope(&caller.ctx)?;
        }
        Ok(caller)
    }

    /// Returns whether the organization header is present.
    ///
    /// # Errors
    /// `Malformed` if it is no UUID, `Forbidden` if another organization owns the workspace.
    pub(super) fn verify_organization(&self, ctx: &Ctx) -> Result<bool> {
        if !self.headers.contains_key(ORGANIZATION_HEADER) {
            return Ok(false);
        }
        let organization = header(self.headers, ORGANIZATION_HEADER).and_then(parse_uuid);
        match organization {
            None => Err(Error::malformed(MISSING_ORGANIZATION)),
            Some(id) if id == ctx.workspace.organization => Ok(true),
            Some(_) => Err(Error::forbidden(ForbiddenReason::Organization)),
        }
    }

    /// Returns whether the request has neither a key nor a token; a placeholder counts as no token.
    pub(super) fn has_no_credential(&self) -> bool {
        !self.headers.contains_key(KEY_HEADER)
            && match self.headers.get(AUTHORIZATION) {
                None => true,
                Some(_) => bearer_token(self.headers).is_some_and(is_placeholder_token),
            }
    }

    /// Returns whether the operator allows spaces without a credential.
    pub(super) fn allows_anonymous(&self) -> bool {
        self.verifier.allows_anonymous()
    }

    /// Counts a request without a credential against its address.
    pub(super) fn count_anonymous_request(&self) -> Result<()> {
        self.verifier
            .app
            .address_limiter
            .check_anonymous(self.meta.address)
    }

    /// Counts the request against its key.
    fn count_request(&self, ctx: &Ctx) -> Result<()> {
        let app = self.verifier.app;
        app.count_request(ctx, Sharely::NAME, &self.meta)
    }
}

fn is_placeholder_token(token: &str) -> bool {
    ["null", "undefined", "public"].contains(&token)
}

/// Maps the error of an API key that was sent as bearer token to that of an invalid token.
fn map_to_token_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => Error::unauthenticated(CredentialReason::TokenInvalid),
        _ => error,
    }
}
