//! The handle every request gets.

use std::ops::Deref;
use std::sync::Arc;

use http::Extensions;
use parlor_engine::Engine;

use crate::client_address_limiter::ClientAddressLimiter;
use crate::rate_limit::RequestLimiter;

/// Engine, settings and limits: one counted reference, since each layer a request passes clones it.
#[derive(Clone)]
pub struct AppState(Arc<AppStateInner>);

/// What an [`AppState`] is made of.
pub struct AppStateInner {
    /// The product.
    pub engine: Arc<Engine>,
    /// What the operator chose for all dialects.
    pub settings: SharedSettings,
    /// Request limits per credential; absent when off.
    pub limiter: Option<Arc<RequestLimiter>>,
    /// Limits by the client's address.
    pub address_limiter: Arc<ClientAddressLimiter>,
    /// Each dialect's own settings, by type.
    pub settings_by_type: Arc<Extensions>,
}

/// What the operator chose for all dialects.
#[derive(Debug, Clone)]
pub struct SharedSettings {
    /// The name in the `iss` claim of every token.
    pub issuer: String,
    /// Where clients reach the server, without a trailing slash: `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Longest request body, in bytes.
    pub body_limit: u64,
    /// Longest file, in bytes.
    pub file_limit: u64,
}

impl From<AppStateInner> for AppState {
    fn from(shared: AppStateInner) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = AppStateInner;

    fn deref(&self) -> &AppStateInner {
        &self.0
    }
}

impl AppStateInner {
    /// A dialect's own settings, as configured or by default.
    pub fn dialect_settings<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        self.settings_by_type
            .get::<T>()
            .cloned()
            .unwrap_or_default()
    }
}
