//! The handle every request gets.

use std::ops::Deref;
use std::sync::Arc;

use http::Extensions;
use parlor_engine::Engine;

use crate::guard::Guard;
use crate::limit::Limiter;

/// Engine, settings and limits: one counted reference, since each layer a request passes clones it.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What an [`App`] is made of.
pub struct Shared {
    /// The product.
    pub engine: Arc<Engine>,
    /// What the operator chose for all dialects.
    pub settings: Settings,
    /// Request limits per credential; absent when off.
    pub limiter: Option<Arc<Limiter>>,
    /// Limits by the client's address.
    pub guard: Arc<Guard>,
    /// Each dialect's own settings, by type.
    pub sections: Arc<Extensions>,
}

/// What the operator chose for all dialects.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name in the `iss` claim of every token.
    pub issuer: String,
    /// Where clients reach the server, without a trailing slash: `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Longest request body, in bytes.
    pub body_limit: u64,
    /// Longest file, in bytes.
    pub file_limit: u64,
}

impl From<Shared> for App {
    fn from(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// A dialect's own settings, as configured or by default.
    pub fn section<T: Clone + Default + Send + Sync + 'static>(&self) -> T {
        self.sections.get::<T>().cloned().unwrap_or_default()
    }
}
