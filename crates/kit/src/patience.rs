//! How long a connection bears a client that takes nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// A connection's write time-out: the server's own, unless an answer sets another. The server puts it into every request's
/// extensions.
#[derive(Debug, Clone, Default)]
pub struct Patience {
    /// Milliseconds; 0 is no limit.
    usual: u64,
    now: Arc<AtomicU64>,
}

impl Patience {
    /// Cuts the connection off when its client has taken nothing for so long; zero is no limit.
    pub fn new(usual: Duration) -> Self {
        let usual = millis(usual);
        Self {
            usual,
            now: Arc::new(AtomicU64::new(usual)),
        }
    }

    /// Another limit for what is answered now, where it is stricter.
    pub fn limit(&self, longest: Duration) {
        let longest = millis(longest).max(1);
        let stricter = match self.usual {
            0 => longest,
            usual => usual.min(longest),
        };
        self.now.store(stricter, Ordering::Relaxed);
    }

    /// The usual limit again.
    pub fn lift(&self) {
        self.now.store(self.usual, Ordering::Relaxed);
    }

    /// The limit.
    pub fn longest(&self) -> Option<Duration> {
        match self.now.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(Duration::from_millis(millis)),
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl<S: Sync> FromRequestParts<S> for Patience {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
