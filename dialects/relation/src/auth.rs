//! Who calls: the project behind an `ApiKey`, and the member behind a unified token.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::{AppState, DialectError, RequestMeta, credential, member_token};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};

use crate::{Relation, routes};

/// The header that names the project.
pub(crate) const API_KEY: &str = "ApiKey";
/// The header of the unified token.
pub(crate) const AUTHORIZATION: &str = "Authorization";
/// The header of the address token, where it is exchanged for a unified one.
pub(crate) const I_AUTHORIZATION: &str = "I-Authorization";

/// A project that calls; nobody in particular acts. Checked in this order: key, request limit.
pub(crate) struct ProjectCaller(pub(crate) Ctx);

/// A member that calls. Checked in this order: key, request limit, token.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<AppState> for ProjectCaller {
    type Rejection = DialectError<Relation>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Relation>> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        Ok(
            authenticate_project(app, &parts.headers, parts.uri.path(), &meta)
                .await
                .map(Self)?,
        )
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = DialectError<Relation>;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, DialectError<Relation>> {
        let ProjectCaller(project) = ProjectCaller::from_request_parts(parts, app).await?;
        let token = token_from_header(&parts.headers, AUTHORIZATION)?;
        let member =
            member_token::authenticate_member_token(app, project.workspace, token, project.request)
                .await?;
        Ok(Self(member.restrict_to(&project)))
    }
}

/// The project of a request, counted.
pub(crate) async fn authenticate_project(
    app: &AppState,
    headers: &HeaderMap,
    path: &str,
    meta: &RequestMeta,
) -> Result<Ctx> {
    let secret = credential::header(headers, API_KEY)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let ctx = api_key::authenticate(&app.engine, secret, meta.request_id).await?;
    count_request(app, &ctx, path, meta)?;
    Ok(ctx)
}

/// Counts a request against its limit.
pub(crate) fn count_request(
    app: &AppState,
    ctx: &Ctx,
    path: &str,
    meta: &RequestMeta,
) -> Result<()> {
    match &app.limiter {
        Some(limiter) => limiter.check_request(ctx, routes::template(path), meta),
        None => Ok(()),
    }
}

/// The token in a header: after `Bearer` in any case, or bare, as the vendor's own pages differ.
pub(crate) fn token_from_header<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str> {
    let text = credential::header(headers, name)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenMissing))?;
    Ok(credential::strip_scheme(text, &["bearer"]).unwrap_or(text))
}
