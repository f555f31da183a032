//! Options for opening a store.

use std::sync::Arc;

use parlor_model::time::{Clock, RandomSource};

use crate::bounds::Bounds;
use crate::commit_listener::CommitListener;

/// Options for opening a [`crate::Store`].
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://...`.
    pub url: String,
    /// Number of connections to a PostgreSQL server; ignored for SQLite.
    pub connections: usize,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub random: Arc<dyn RandomSource>,
    /// Listener for log updates and row changes after each commit.
    pub commit_listener: CommitListener,
    /// Bounds of queues and waiting times.
    pub bounds: Bounds,
}
