//! Who calls: the tenant whose key stands in `X-API-Key`.

use std::sync::LazyLock;

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use parlor_engine::key;
use parlor_kit::route::Summary;
use parlor_kit::{App, Meta, Route, credential};
use parlor_model::error::Credential;
use parlor_model::{Ctx, Error, Result};

use crate::{Fail, routes};

/// The header with the tenant's key. No other place is read: the key alone decides the tenant.
pub(crate) const HEADER: &str = "x-api-key";

static TABLE: LazyLock<Vec<Summary>> =
    LazyLock::new(|| routes::routes().iter().map(Route::summary).collect());

/// A known tenant, counted and allowed to use the route it came by.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<App> for Caller {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail> {
        let meta = Meta::of(&parts.extensions);
        let secret = credential::header(&parts.headers, HEADER)
            .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
        let ctx = key::authenticate(&app.engine, secret, meta.request).await?;
        let row = row(parts)?;
        if let Some(limiter) = &app.limiter {
            limiter.admit(&ctx, row.path, &meta)?;
        }
        if let Some(scope) = row.scope {
            ctx.require(scope)?;
        }
        Ok(Self(ctx))
    }
}

/// The row of the table by which the request came, in either spelling of its path.
fn row(parts: &Parts) -> Result<&'static Summary> {
    let path = parts.extensions.get::<MatchedPath>();
    let path = path.map_or("", |path| path.as_str().trim_end_matches('/'));
    TABLE
        .iter()
        .find(|row| row.path.trim_end_matches('/') == path && serves(row, parts))
        .ok_or_else(|| Error::internal("a handler without a row in the table"))
}

fn serves(row: &Summary, parts: &Parts) -> bool {
    let head = parts.method == http::Method::HEAD && row.method == http::Method::GET;
    head || row.method == parts.method
}
