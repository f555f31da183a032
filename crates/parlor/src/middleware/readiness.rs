//! Readiness probe: checks that the database accepts writes.

use std::time::Duration;

use parlor_engine::Engine;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// State of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatabaseState {
    /// Writes succeed.
    Ready,
    /// Reads succeed, writes do not: full disk, standby server, stopped or overloaded writer.
    ReadOnly,
    /// Reads fail.
    Unreachable,
}

/// Maximum time of the test write. Together with [`READ_TIMEOUT`] it stays below the usual two seconds of load
/// balancers.
const WRITE_TIMEOUT: Duration = Duration::from_millis(1_200);
const READ_TIMEOUT: Duration = Duration::from_millis(500);
/// Lifetime of a result. The probe is public, so this bounds the number of test writes.
const CACHE_TTL: Duration = Duration::from_millis(500);

/// Last result; the mutex also serializes checks.
#[derive(Default)]
pub(super) struct ReadinessProbe(Mutex<Option<(Instant, DatabaseState)>>);

impl ReadinessProbe {
    /// Returns the state of the database, at most [`CACHE_TTL`] old. Concurrent callers share one check.
    pub(super) async fn check(&self, engine: &Engine) -> DatabaseState {
        let mut last = self.0.lock().await;
        if let Some((at, state)) = *last
            && at.elapsed() < CACHE_TTL
        {
            return state;
        }
        let state = match timeout(WRITE_TIMEOUT, engine.verify_writable()).await {
            Ok(Ok(())) => DatabaseState::Ready,
            Ok(Err(_)) | Err(_) => match timeout(READ_TIMEOUT, engine.ping()).await {
                Ok(Ok(())) => DatabaseState::ReadOnly,
                Ok(Err(_)) | Err(_) => DatabaseState::Unreachable,
            },
        };
        *last = Some((Instant::now(), state));
        state
    }
}
