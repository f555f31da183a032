//! Follows that something was written in the workspace.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Minimum time between two signals.
const MIN_INTERVAL: Duration = Duration::from_millis(400);

/// Subscription to the activity of a workspace.
pub(super) struct ActivitySubscription {
    changes: watch::Receiver<u64>,
    next_at: Instant,
}

impl ActivitySubscription {
    pub(super) fn new(changes: watch::Receiver<u64>) -> Self {
        Self {
            changes,
            next_at: Instant::now(),
        }
    }

    /// Waits for activity: at once after a quiet time, and otherwise not more often than the interval.
    ///
    /// # Cancel safety
    /// No activity is lost.
    pub(super) async fn next(&mut self) {
        sleep_until(self.next_at).await;
        if self.changes.changed().await.is_err() {
            // The counter is dropped with the server only.
            std::future::pending::<()>().await;
        }
        self.next_at = Instant::now() + MIN_INTERVAL;
    }
}
