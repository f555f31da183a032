//! Who calls: the tenant whose key stands in `X-API-Key`.

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, RequestMeta, credential};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};

use crate::{HandlerError, limits};

/// The header with the tenant's key. No other place is read: the key alone decides the tenant.
pub(crate) const KEY_HEADER: &str = "x-api-key";

/// A known tenant, counted and allowed to use the route it came by.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<AppState> for Caller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let secret = credential::header(&parts.headers, KEY_HEADER)
            .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
        let ctx = api_key::authenticate(&app.engine, secret, meta.request_id).await?;
        let row = MatchedRoute::from_extensions(&parts.extensions)?;
        limits::count_request(app, &ctx, &meta)?;
        row.require_scope(&ctx)?;
        Ok(Self(ctx))
    }
}
