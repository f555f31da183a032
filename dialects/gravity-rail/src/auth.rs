//! Who calls: the bearer of an API key or of a member token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::{key, workspace};
use parlor_kit::route::RouteRow;
use parlor_kit::{App, Meta, Params, credential, ids, token};
use parlor_model::error::{Credential, Kind, Noun};
use parlor_model::id::WorkspaceId;
use parlor_model::key::PREFIX;
use parlor_model::workspace::Workspace;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::Fail;

/// A member of the workspace in the path, counted. A bad credential is refused first; then a workspace that does not
/// exist, or of which the bearer is no member, is not found.
pub(crate) struct Caller(pub(crate) Ctx);

/// A member of any workspace, for paths that name none: a context for each workspace the credential opens.
pub(crate) struct Visitor(pub(crate) Vec<Ctx>);

impl FromRequestParts<App> for Caller {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail> {
        let meta = Meta::of(&parts.extensions);
        // Path parameters never fail to be read.
        let Ok(params) = Params::from_request_parts(parts, app).await;
        let bearer = bearer(parts)?;
        let ctx = enter(app, params.get("workspace"), bearer, meta.request).await?;
        admit(app, parts, &ctx, &meta)?;
        Ok(Self(ctx))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail> {
        let meta = Meta::of(&parts.extensions);
        let bearer = bearer(parts)?;
        let opened = if bearer.starts_with(PREFIX) {
            vec![key::authenticate(&app.engine, bearer, meta.request).await?]
        } else {
            token::member_anywhere(app, bearer, meta.request).await?
        };
        let first = opened
            .first()
            .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))?;
        admit(app, parts, first, &meta)?;
        Ok(Self(opened))
    }
}

/// The context in which a credential opens a workspace.
pub(crate) async fn enter(app: &App, workspace: &str, bearer: &str, request: Uuid) -> Result<Ctx> {
    let place = place(app, workspace).await?;
    let elsewhere = || Error::not_found(Noun::Workspace);
    if bearer.starts_with(PREFIX) {
        let ctx = key::authenticate(&app.engine, bearer, request).await?;
        let is_here = place.is_some_and(|place| place.key.id == ctx.workspace.id);
        return is_here.then_some(ctx).ok_or_else(elsewhere);
    }
    let here = match &place {
        None => Err(Error::unauthenticated(Credential::TokenInvalid)),
        Some(place) => token::member_ctx(app, place.key, bearer, request).await,
    };
    match here {
        // What another workspace of this server signed is a good token in the wrong place.
        Err(error) if matches!(error.kind(), Kind::Unauthenticated(_)) => {
            let opened = token::member_anywhere(app, bearer, request).await?;
            Err(if opened.is_empty() {
                error
            } else {
                elsewhere()
            })
        }
        entered => entered,
    }
}

fn bearer(parts: &Parts) -> Result<&str> {
    credential::bearer(&parts.headers)
        .ok_or_else(|| Error::unauthenticated(Credential::TokenMissing))
}

async fn place(app: &App, text: &str) -> Result<Option<Arc<Workspace>>> {
    let Some(id): Option<WorkspaceId> = ids::parse_dashed(text) else {
        return Ok(None);
    };
    match workspace::find(&app.engine, id).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), Kind::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The one place where requests are counted, and where a key that is bound to no member is asked for the row's scope.
fn admit(app: &App, parts: &Parts, ctx: &Ctx, meta: &Meta) -> Result<()> {
    let row = RouteRow::of(&parts.extensions)?;
    if let Some(limiter) = &app.limiter {
        limiter.admit(ctx, row.path(), meta)?;
    }
    row.authorize(ctx)
}
