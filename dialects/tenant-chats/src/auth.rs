//! Who calls: the tenant whose key stands in `X-API-Key`.

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::key;
use parlor_kit::route::RouteRow;
use parlor_kit::{App, Meta, credential};
use parlor_model::error::Credential;
use parlor_model::{Ctx, Error, Result};

use crate::{Fail, limits};

/// The header with the tenant's key. No other place is read: the key alone decides the tenant.
pub(crate) const HEADER: &str = "x-api-key";

/// A known tenant, counted and allowed to use the route it came by.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<App> for Caller {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fail> {
        let meta = Meta::of(&parts.extensions);
        let secret = credential::header(&parts.headers, HEADER)
            .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
        let ctx = key::authenticate(&app.engine, secret, meta.request).await?;
        let row = RouteRow::of(&parts.extensions)?;
        limits::admit(app, &ctx, &meta)?;
        row.require(&ctx)?;
        Ok(Self(ctx))
    }
}
