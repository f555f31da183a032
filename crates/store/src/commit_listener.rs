//! Callbacks that run after each commit.

use std::sync::Arc;

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

/// Callbacks that run after each commit on the committing thread. They must be quick and must not block.
#[derive(Clone)]
pub struct CommitListener {
    on_log_update: Arc<LogUpdateCallback>,
    on_invalidation: Arc<InvalidationCallback>,
}

type LogUpdateCallback = dyn Fn(&[LogUpdate]) + Send + Sync;
type InvalidationCallback = dyn Fn(&[Invalidation]) + Send + Sync;

impl CommitListener {
    /// Creates a listener for log updates.
    pub fn new(callback: impl Fn(&[LogUpdate]) + Send + Sync + 'static) -> Self {
        Self {
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

    pub(crate) fn notify(&self, log_updates: &[LogUpdate], changes: &TableChanges) {
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
