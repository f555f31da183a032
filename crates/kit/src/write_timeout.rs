//! Write timeout of a connection.
//!
//! Keeps INV-51 (`docs/invariants.md`).

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// Write timeout of one HTTP connection: the server's default, unless a response sets a stricter one. The server puts
/// it into every request's extensions. Endless responses (SSE) set it, so that a client that stops reading cannot
/// hold the connection open.
#[derive(Debug, Clone, Default)]
pub struct WriteTimeout {
    /// Milliseconds; 0 is no limit.
    default_millis: u64,
    current_millis: Arc<AtomicU64>,
}

impl WriteTimeout {
    /// Creates a timeout with a default; zero is no limit.
    pub fn new(default: Duration) -> Self {
        let default_millis = millis(default);
        Self {
            default_millis,
            current_millis: Arc::new(AtomicU64::new(default_millis)),
        }
    }

    /// Sets another limit for the current response, if it is stricter.
    pub fn set(&self, limit: Duration) {
        let limit = millis(limit).max(1);
        let stricter = match self.default_millis {
            0 => limit,
            default_millis => default_millis.min(limit),
        };
        self.current_millis.store(stricter, Ordering::Relaxed);
    }

    /// Restores the default.
    pub fn clear(&self) {
        self.current_millis
            .store(self.default_millis, Ordering::Relaxed);
    }

    /// Returns the current limit.
    pub fn get(&self) -> Option<Duration> {
        match self.current_millis.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(Duration::from_millis(millis)),
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl<S: Sync> FromRequestParts<S> for WriteTimeout {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
