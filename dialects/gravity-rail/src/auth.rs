//! Authenticates callers by the bearer token: an API key or a member token.
//!
//! Keeps INV-71 (`docs/invariants.md`).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::{api_key, workspace};
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, PathParams, RequestMeta, credential, ids, member_token};
use parlor_model::api_key::SECRET_PREFIX;
use parlor_model::error::{CredentialReason, EntityKind, ErrorKind};
use parlor_model::id::WorkspaceId;
use parlor_model::workspace::Workspace;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::HandlerError;

/// The context of a request for the workspace in its path. Extraction counts the request against rate limits.
///
/// An invalid credential is refused first; then an unknown workspace, or one that the credential does not open, is not
/// found.
pub(crate) struct Caller(pub(crate) Ctx);

/// The contexts of a request without a workspace in its path: one for each workspace that the credential opens.
pub(crate) struct AnyWorkspaceCaller(pub(crate) Vec<Ctx>);

impl FromRequestParts<AppState> for Caller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        // The rejection of `PathParams` is `Infallible`.
        let Ok(params) = PathParams::from_request_parts(parts, app).await;
        let bearer = require_bearer_token(parts)?;
        let ctx = authenticate(app, params.get("workspace"), bearer, meta.request_id).await?;
        authorize_request(app, parts, &ctx, &meta)?;
        Ok(Self(ctx))
    }
}

impl FromRequestParts<AppState> for AnyWorkspaceCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let bearer = require_bearer_token(parts)?;
        let contexts = if bearer.starts_with(SECRET_PREFIX) {
            vec![api_key::authenticate(&app.engine, bearer, meta.request_id).await?]
        } else {
            member_token::find_member_token_contexts(app, bearer, meta.request_id).await?
        };
        let first = contexts
            .first()
            .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
        authorize_request(app, parts, first, &meta)?;
        Ok(Self(contexts))
    }
}

/// Authenticates a bearer token for a workspace.
///
/// # Errors
/// `NotFound` if the credential is valid but for another workspace, or the workspace is unknown; `Unauthenticated` if
/// it is not valid.
pub(crate) async fn authenticate(
    app: &AppState,
    workspace: &str,
    bearer: &str,
    request: Uuid,
) -> Result<Ctx> {
    let found = find_workspace(app, workspace).await?;
    let other_workspace_error = || Error::not_found(EntityKind::Workspace);
    if bearer.starts_with(SECRET_PREFIX) {
        let ctx = api_key::authenticate(&app.engine, bearer, request).await?;
        let is_here = found.is_some_and(|found| found.key.id == ctx.workspace.id);
        return is_here.then_some(ctx).ok_or_else(other_workspace_error);
    }
    let authenticated = match &found {
        None => Err(Error::unauthenticated(CredentialReason::TokenInvalid)),
        Some(found) => {
            member_token::authenticate_member_token(app, found.key, bearer, request).await
        }
    };
    match authenticated {
        // A token that another workspace of this server signed is valid but has no access here.
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
            let contexts = member_token::find_member_token_contexts(app, bearer, request).await?;
            Err(if contexts.is_empty() {
                error
            } else {
                other_workspace_error()
            })
        }
        result => result,
    }
}

fn require_bearer_token(parts: &Parts) -> Result<&str> {
    credential::bearer_token(&parts.headers)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenMissing))
}

async fn find_workspace(app: &AppState, text: &str) -> Result<Option<Arc<Workspace>>> {
    let Some(id): Option<WorkspaceId> = ids::parse_uuid(text) else {
        return Ok(None);
    };
    match workspace::find(&app.engine, id).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Counts the request against rate limits, and requires the route's scope of a key that is bound to no member.
fn authorize_request(app: &AppState, parts: &Parts, ctx: &Ctx, meta: &RequestMeta) -> Result<()> {
    let route = MatchedRoute::from_extensions(&parts.extensions);
    app.count_request(ctx, route.path(), meta)?;
    route.authorize(ctx)
}
