//! Waiting for work of jobs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::Engine;

/// Waits for work of one kind.
#[derive(Clone)]
pub struct WorkWaiter(Arc<Notify>);

impl WorkWaiter {
    /// Creates a waiter for turns.
    pub fn for_turns(engine: &Engine) -> Self {
        Self(engine.turn_requested.clone())
    }

    /// Creates a waiter for deliveries.
    pub fn for_deliveries(engine: &Engine) -> Self {
        Self(engine.event_queued.clone())
    }

    /// Creates a waiter for files that are to be fetched.
    pub(crate) fn for_fetches(engine: &Engine) -> Self {
        Self(engine.fetch_requested.clone())
    }

    /// Returns when there may be new work of this node since the last call, or after the interval: work of other nodes,
    /// or held by a worker that is gone, makes no sound.
    pub async fn wait(&self, interval: Duration) {
        // The limit is the expected case.
        let _ = timeout(interval, self.0.notified()).await;
    }
}
