//! What a request shows of its caller.

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

pub(super) struct RequestCredentials<'r> {
    verifier: CredentialVerifier<'r>,
    pub(super) headers: &'r HeaderMap,
    meta: RequestMeta,
    row: Option<MatchedRoute>,
}

/// Where a credential is shown.
pub(super) struct CredentialVerifier<'r> {
    pub(super) app: &'r AppState,
    /// The workspace in the path; none where the path has no place for one, and where what stands there is no id.
    pub(super) workspace: Option<WorkspaceId>,
    /// The path has a place for a workspace.
    pub(super) has_workspace_param: bool,
    pub(super) request: Uuid,
}

impl CredentialVerifier<'_> {
    /// The context of a key of the path's workspace.
    async fn verify_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = api_key::authenticate(&self.app.engine, secret, self.request).await?;
        if self.has_workspace_param && Some(ctx.workspace.id) != self.workspace {
            return Err(Error::unauthenticated(CredentialReason::Key));
        }
        Ok(ctx)
    }

    /// The caller that a bearer token of the path's workspace stands for.
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
        let VerifiedToken {
            subject: holder,
            role,
        } = token::verify(self.app, workspace, token).await?;
        let (engine, request) = (&self.app.engine, self.request);
        let (ctx, bound) = match holder {
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
                // Its own space asks for no scope, and nothing else is open to it, whatever the member may do.
                let (whose, none) = ((member, epoch), Some(Scopes::NONE));
                let own = member::context_by_token(engine, workspace, whose, none, request).await?;
                (Ctx { key, ..own }, Some(space))
            }
        };
        let role = self.load_role(&ctx, role).await?;
        Ok(Caller {
            // A session without a role carries none of the workspace's: no thread is bound to the least id.
            ctx: Ctx {
                role: Some(role.as_ref().map_or(CustomRoleId::MIN, |role| role.id)),
                ..ctx
            },
            role,
            bound_space: bound,
        })
    }

    /// A user's token ends with the key it was made with; one that was made without ends with the permission to be.
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

    /// The role a token carries. A token whose role is gone is no good any more.
    async fn load_role(&self, ctx: &Ctx, role: Option<CustomRoleId>) -> Result<Option<CustomRole>> {
        let Some(id) = role else {
            return Ok(None);
        };
        custom_role::find_for_session(&self.app.engine, ctx, CustomRoleKey::Id(id))
            .await?
            .map(Some)
            .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
    }

    /// The path's workspace, or the one the token says it is of. No token is of one that does not exist.
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

    /// Whether the operator lets somebody have a space who shows no credential.
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
            row: MatchedRoute::from_extensions(&parts.extensions).ok(),
            headers: &parts.headers,
        }
    }

    /// The context of a key of the path's workspace.
    pub(super) async fn authenticate_key(&self, secret: &str) -> Result<Ctx> {
        let ctx = self.verifier.verify_key(secret).await?;
        self.count_request(&ctx)?;
        self.authorize(&ctx)?;
        Ok(ctx)
    }

    /// The caller that the bearer token stands for.
    pub(super) async fn authenticate_token(&self) -> Result<Caller> {
        let missing = || Error::unauthenticated(CredentialReason::TokenMissing);
        let token = bearer_token(self.headers).ok_or_else(missing)?;
        // What a page's script sends that has no token.
        if is_placeholder_token(token) {
            return Err(missing());
        }
        let caller = self.verifier.verify_token(token).await?;
        self.count_request(&caller.ctx)?;
        // A user's own token is good for its space, whatever the user may do; a key is asked for what the row documents.
        if caller.own_space().is_none() {
            self.authorize(&caller.ctx)?;
        }
        Ok(caller)
    }

    /// Whether the organization is named, and rightly so.
    pub(super) fn verify_organization(&self, ctx: &Ctx) -> Result<bool> {
        if !self.headers.contains_key(ORGANIZATION_HEADER) {
            return Ok(false);
        }
        let named = header(self.headers, ORGANIZATION_HEADER).and_then(parse_uuid);
        match named {
            None => Err(Error::malformed(MISSING_ORGANIZATION)),
            Some(id) if id == ctx.workspace.organization => Ok(true),
            Some(_) => Err(Error::forbidden(ForbiddenReason::Organization)),
        }
    }

    /// Whether the request has no credential at all.
    pub(super) fn has_no_credential(&self) -> bool {
        !self.headers.contains_key(KEY_HEADER)
            && match self.headers.get(AUTHORIZATION) {
                None => true,
                Some(_) => bearer_token(self.headers).is_some_and(is_placeholder_token),
            }
    }

    /// Whether the operator lets somebody have a space who shows no credential.
    pub(super) fn allows_anonymous(&self) -> bool {
        self.verifier.allows_anonymous()
    }

    /// Requests without a credential are counted per address.
    pub(super) fn count_anonymous_request(&self) -> Result<()> {
        self.verifier
            .app
            .address_limiter
            .check_anonymous(self.meta.address)
    }

    /// Requests are counted per key, whatever they ask for.
    fn count_request(&self, ctx: &Ctx) -> Result<()> {
        match &self.verifier.app.limiter {
            Some(limiter) => limiter.check_request(ctx, Sharely::NAME, &self.meta),
            None => Ok(()),
        }
    }

    fn authorize(&self, ctx: &Ctx) -> Result<()> {
        self.row
            .as_ref()
            .map_or(Ok(()), |row| row.require_scope(ctx))
    }
}

fn is_placeholder_token(token: &str) -> bool {
    ["null", "undefined", "public"].contains(&token)
}

/// A key that stands for a token and is refused is answered as the token it stands for.
fn map_to_token_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => Error::unauthenticated(CredentialReason::TokenInvalid),
        _ => error,
    }
}
