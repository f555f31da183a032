//! Who calls: the project behind an `ApiKey`, and the member behind a unified token.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use parlor_engine::key;
use parlor_kit::{App, Fail, Meta, credential, token};
use parlor_model::error::Credential;
use parlor_model::{Ctx, Error, Result};

use crate::{Relation, routes};

/// The header that names the project.
pub(crate) const API_KEY: &str = "ApiKey";
/// The header of the unified token.
pub(crate) const AUTHORIZATION: &str = "Authorization";
/// The header of the address token, where it is exchanged for a unified one.
pub(crate) const I_AUTHORIZATION: &str = "I-Authorization";

/// A project that calls; nobody in particular acts. Checked in this order: key, request limit.
pub(crate) struct Project(pub(crate) Ctx);

/// A member that calls. Checked in this order: key, request limit, token.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<App> for Project {
    type Rejection = Fail<Relation>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Relation>> {
        let meta = Meta::of(&parts.extensions);
        Ok(project(app, &parts.headers, parts.uri.path(), &meta)
            .await
            .map(Self)?)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fail<Relation>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail<Relation>> {
        let Project(project) = Project::from_request_parts(parts, app).await?;
        let token = carried(&parts.headers, AUTHORIZATION)?;
        let member = token::member_ctx(app, project.workspace, token, project.request).await?;
        Ok(Self(member.narrowed(&project)))
    }
}

/// The project of a request, counted.
pub(crate) async fn project(
    app: &App,
    headers: &HeaderMap,
    path: &str,
    meta: &Meta,
) -> Result<Ctx> {
    let secret = credential::header(headers, API_KEY)
        .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
    let ctx = key::authenticate(&app.engine, secret, meta.request).await?;
    count(app, &ctx, path, meta)?;
    Ok(ctx)
}

/// Counts a request against its limit.
pub(crate) fn count(app: &App, ctx: &Ctx, path: &str, meta: &Meta) -> Result<()> {
    match &app.limiter {
        Some(limiter) => limiter.admit(ctx, routes::template(path), meta),
        None => Ok(()),
    }
}

/// The token in a header: after `Bearer` in any case, or bare, as the vendor's own pages differ.
pub(crate) fn carried<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str> {
    let text = credential::header(headers, name)
        .ok_or_else(|| Error::unauthenticated(Credential::TokenMissing))?;
    Ok(credential::scheme(text, &["bearer"]).unwrap_or(text))
}
