//! Metadata of a request, set by the middleware.

use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use http::request::Parts;
use parlor_model::Ctx;
use uuid::Uuid;

use crate::client_address::ClientAddress;
use crate::rate_limit_status::RateLimitStatus;
use crate::request_history::RequestCaller;

/// Metadata in every request's extensions.
#[derive(Debug, Clone, Default)]
pub struct RequestMeta {
    /// Request id in the log, the audit record and the `X-Request-Id` header.
    pub request_id: Uuid,
    /// Client address, if known.
    pub address: Option<ClientAddress>,
    /// Set when a limiter counted the request; the middleware copies it into headers.
    pub rate_limit: Arc<OnceLock<RateLimitStatus>>,
    /// Settings of each dialect, by type, for rendering errors.
    pub settings_by_type: Arc<http::Extensions>,
    /// Set when the credential was accepted, for the history of requests.
    pub caller: Arc<OnceLock<RequestCaller>>,
    /// Set when a long request makes progress; the middleware resets it and restarts the request's timeout.
    pub progress: Arc<AtomicBool>,
}

impl RequestMeta {
    /// Returns the metadata in a request's extensions, or defaults with a nil id.
    pub fn from_extensions(extensions: &http::Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Records the caller, whose credential was accepted. The first one stays.
    pub fn record_caller(&self, ctx: &Ctx) {
        let _ = self.caller.set(RequestCaller::from(ctx));
    }

    /// Returns the settings of a dialect, or their defaults.
    pub fn dialect_settings<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        self.settings_by_type
            .get::<T>()
            .cloned()
            .unwrap_or_default()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestMeta {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_extensions(&parts.extensions))
    }
}
