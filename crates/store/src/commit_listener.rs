//! Callbacks that run after each commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_model::realtime::LogUpdate;

use crate::table_changes::TableChanges;
use crate::tables::Tables;

/// Invalidation of cached rows, on this or another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalidation {
    /// Workspace number; `None` for all workspaces.
    pub ws: Option<i64>,
    /// Changed tables.
    pub tables: Tables,
}

/// What a store has committed since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommitCounts {
    /// Commits. One commit may be of many requests.
    pub commits: u64,
    /// Log updates in them: one for each conversation whose log has grown.
    pub log_updates: u64,
}

#[derive(Default)]
struct CommitCounters {
    commits: AtomicU64,
    log_updates: AtomicU64,
}

/// Callbacks that run after each commit on the committing thread. They must be quick and must not block. It also counts
/// the commits.
#[derive(Clone)]
pub struct CommitListener {
    counters: Arc<CommitCounters>,
    on_log_update: Arc<LogUpdateCallback>,
    on_invalidation: Arc<InvalidationCallback>,
}

type LogUpdateCallback = dyn Fn(&[LogUpdate]) + Send + Sync;
type InvalidationCallback = dyn Fn(&[Invalidation]) + Send + Sync;

impl CommitListener {
    /// Creates a listener for log updates.
    pub fn new(callback: impl Fn(&[LogUpdate]) + Send + Sync + 'static) -> Self {
        Self {
            counters: Arc::default(),
            on_log_update: Arc::new(callback),
            on_invalidation: Arc::new(|_| {}),
        }
    }

    /// Adds a listener for changed rows; it runs before the one for log updates.
    #[must_use]
    pub fn with_invalidations(
        self,
        callback: impl Fn(&[Invalidation]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            on_invalidation: Arc::new(callback),
            ..self
        }
    }

    pub(crate) fn counts(&self) -> CommitCounts {
        CommitCounts {
            commits: self.counters.commits.load(Ordering::Relaxed),
            log_updates: self.counters.log_updates.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn notify(&self, log_updates: &[LogUpdate], changes: &TableChanges) {
        let updates = u64::try_from(log_updates.len()).unwrap_or(u64::MAX);
        self.counters.commits.fetch_add(1, Ordering::Relaxed);
        self.counters
            .log_updates
            .fetch_add(updates, Ordering::Relaxed);
        let invalidations: Vec<Invalidation> = changes
            .iter()
            .map(|(ws, tables)| (ws, tables.without_log_head()))
            .filter(|(_, tables)| !tables.is_empty())
            .map(|(ws, tables)| Invalidation { ws, tables })
            .collect();
        if !invalidations.is_empty() {
            (self.on_invalidation)(&invalidations);
        }
        if !log_updates.is_empty() {
            (self.on_log_update)(log_updates);
        }
    }
}

/// Creates a listener that does nothing.
impl Default for CommitListener {
    fn default() -> Self {
        Self::new(|_| {})
    }
}
