//! State shared by all request handlers.

use std::ops::Deref;
use std::sync::Arc;

use http::Extensions;
use parlor_engine::Engine;
use parlor_model::{Ctx, Result};

use crate::client_address_limiter::ClientAddressLimiter;
use crate::rate_limit::RequestLimiter;
use crate::request_history::RequestHistory;
use crate::request_meta::RequestMeta;

/// Engine, settings and limits behind one `Arc`, since each layer of a request clones it.
#[derive(Clone)]
pub struct AppState(Arc<AppStateInner>);

/// Content of an [`AppState`].
pub struct AppStateInner {
    /// Engine.
    pub engine: Arc<Engine>,
    /// Settings shared by all dialects.
    pub settings: SharedSettings,
    /// Request limits per credential; `None` if off.
    pub limiter: Option<Arc<RequestLimiter>>,
    /// Limits per client address.
    pub address_limiter: Arc<ClientAddressLimiter>,
    /// Settings of each dialect, by type.
    pub settings_by_type: Arc<Extensions>,
    /// The last requests.
    pub requests: Arc<RequestHistory>,
}

/// Settings shared by all dialects.
#[derive(Debug, Clone)]
pub struct SharedSettings {
    /// `iss` claim of every token.
    pub issuer: String,
    /// Base URL of the server without a trailing slash: `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Maximum bytes of a request body.
    pub body_limit: u64,
    /// Longest file, in bytes.
    pub file_limit: u64,
}

impl From<AppStateInner> for AppState {
    fn from(inner: AppStateInner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Deref for AppState {
    type Target = AppStateInner;

    fn deref(&self) -> &AppStateInner {
        &self.0
    }
}

impl AppStateInner {
    /// Returns the settings of a dialect, or their defaults.
    pub fn dialect_settings<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        self.settings_by_type
            .get::<T>()
            .cloned()
            .unwrap_or_default()
    }

    /// Notes the caller of a request, and counts the request on an endpoint if requests are limited.
    ///
    /// # Errors
    /// `RateLimited` over the limit.
    pub fn count_request(
        &self,
        ctx: &Ctx,
        endpoint: &'static str,
        meta: &RequestMeta,
    ) -> Result<()> {
        meta.record_caller(ctx);
        match &self.limiter {
            Some(limiter) => limiter.check_request(ctx, endpoint, meta),
            None => Ok(()),
        }
    }
}
