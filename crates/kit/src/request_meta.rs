//! What the edge knows about a request before anybody looks at it.

use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use crate::client_address::ClientAddress;
use crate::rate_limit::RateLimitStatus;

/// A request's identity. The edge puts one into every request's extensions.
#[derive(Debug, Clone, Default)]
pub struct RequestMeta {
    /// The request id: in the log, the audit record and the `X-Request-Id` header.
    pub request_id: Uuid,
    /// Where the request comes from, as far as that is known.
    pub address: Option<ClientAddress>,
    /// Set when a limiter counted the request, for the edge to put into headers.
    pub rate_limit: Arc<OnceLock<RateLimitStatus>>,
    /// Each dialect's own settings, by type, for rendering errors as configured.
    pub settings_by_type: Arc<http::Extensions>,
    /// Set whenever a request that takes long has got on: the edge takes it back, and counts its deadline anew.
    pub progress: Arc<AtomicBool>,
}

impl RequestMeta {
    /// The one in the request's extensions; a nil id where no edge ran.
    pub fn from_extensions(extensions: &http::Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// A dialect's own settings, as configured or by default.
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
