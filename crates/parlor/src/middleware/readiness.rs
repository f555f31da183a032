//! Whether this process can do what it is for: store something.

use std::time::Duration;

use parlor_engine::Engine;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How the database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatabaseState {
    /// It stores.
    Ready,
    /// It answers, and does not store: a full disk, a standby, a writer that is gone or far behind.
    ReadOnly,
    /// It does not answer.
    Unreachable,
}

/// A write that takes longer did not happen, as far as a load balancer cares. Together with the look that may follow it
/// stays below two seconds.
const WRITE_TIMEOUT: Duration = Duration::from_millis(1_200);
const READ_TIMEOUT: Duration = Duration::from_millis(500);
/// Anybody may ask, so a commit answers all who ask within this time.
const CACHE_TTL: Duration = Duration::from_millis(500);

/// The last answer, and the right to look for the next one.
#[derive(Default)]
pub(super) struct ReadinessProbe(Mutex<Option<(Instant, DatabaseState)>>);

impl ReadinessProbe {
    /// The state of the database, at the most half a second old. Whoever asks while another looks waits for that answer.
    pub(super) async fn check(&self, engine: &Engine) -> DatabaseState {
        let mut last = self.0.lock().await;
        if let Some((at, found)) = *last
            && at.elapsed() < CACHE_TTL
        {
            return found;
        }
        let found = match timeout(WRITE_TIMEOUT, engine.verify_writable()).await {
            Ok(Ok(())) => DatabaseState::Ready,
            Ok(Err(_)) | Err(_) => match timeout(READ_TIMEOUT, engine.ping()).await {
                Ok(Ok(())) => DatabaseState::ReadOnly,
                Ok(Err(_)) | Err(_) => DatabaseState::Unreachable,
            },
        };
        *last = Some((Instant::now(), found));
        found
    }
}
