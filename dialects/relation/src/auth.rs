//! Request credentials: an `ApiKey` authenticates the project (a workspace), a unified token a member of it.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, RequestMeta, credential, member_token};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};

use crate::HandlerError;

/// Header with the project's API key.
pub(crate) const API_KEY: &str = "ApiKey";
/// Header with the unified token.
pub(crate) const AUTHORIZATION: &str = "Authorization";
/// Header with the address token when it is exchanged for a unified token.
pub(crate) const I_AUTHORIZATION: &str = "I-Authorization";

/// Extracts the context of the project's key, without an acting member. Checks in this order: key, request limit.
pub(crate) struct ProjectCaller(pub(crate) Ctx);

/// Extracts the context of a member, restricted by the project's key. Checks in this order: key, request limit, token.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<AppState> for ProjectCaller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let route = MatchedRoute::from_extensions(&parts.extensions);
        Ok(authenticate_project(app, &parts.headers, &route, &meta)
            .await
            .map(Self)?)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let ProjectCaller(project) = ProjectCaller::from_request_parts(parts, app).await?;
        let token = token_from_header(&parts.headers, AUTHORIZATION)?;
        let member =
            member_token::authenticate_member_token(app, project.workspace, token, project.request)
                .await?;
        Ok(Self(member.restrict_to(&project)))
    }
}

/// Authenticates the `ApiKey` header and counts the request against the limit of `route`.
///
/// # Errors
/// `Unauthenticated` without a valid key, `RateLimited` over the limit.
pub(crate) async fn authenticate_project(
    app: &AppState,
    headers: &HeaderMap,
    route: &MatchedRoute,
    meta: &RequestMeta,
) -> Result<Ctx> {
    let secret = credential::header(headers, API_KEY)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let ctx = api_key::authenticate(&app.engine, secret, meta.request_id).await?;
    app.count_request(&ctx, route.path(), meta)?;
    Ok(ctx)
}

/// Returns the token of a header, with or without the scheme `Bearer` (in any case): the vendor's pages show both.
///
/// # Errors
/// `Unauthenticated` without the header.
pub(crate) fn token_from_header<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str> {
    let text = credential::header(headers, name)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenMissing))?;
    Ok(credential::strip_scheme(text, &["bearer"]).unwrap_or(text))
}
