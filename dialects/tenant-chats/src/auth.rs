//! Request credentials: the key in `X-API-Key` authenticates the tenant.

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, RequestMeta, credential};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};

use crate::{HandlerError, limits};

/// Header with the tenant's key, which alone determines the tenant.
pub(crate) const KEY_HEADER: &str = "x-api-key";

/// Extracts the key's context. Checks in this order: key, request limit, the route's scope.
pub(crate) struct Caller(pub(crate) Ctx);

impl FromRequestParts<AppState> for Caller {
    type Rejection = HandlerError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HandlerError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let secret = credential::header(&parts.headers, KEY_HEADER)
            .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
        let ctx = api_key::authenticate(&app.engine, secret, meta.request_id).await?;
        let route = MatchedRoute::from_extensions(&parts.extensions);
        limits::count_request(app, &ctx, &meta)?;
        route.require_scope(&ctx)?;
        Ok(Self(ctx))
    }
}
