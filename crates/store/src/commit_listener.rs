//! Whoever wants to know what was committed.

use std::sync::Arc;

use parlor_model::realtime::LogUpdate;

use crate::tables::{TableChanges, Tables};

/// Rows that changed, for whoever remembers such rows, here or on another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalidation {
    /// Whose rows, by the workspace's number; none where all workspaces' may have changed.
    pub ws: Option<i64>,
    /// Of which tables.
    pub tables: Tables,
}

/// Called after each commit, on the thread that committed: it must be quick and must not wait.
#[derive(Clone)]
pub struct CommitListener {
    on_log_update: Arc<LogUpdateCallback>,
    on_invalidation: Arc<InvalidationCallback>,
}

type LogUpdateCallback = dyn Fn(&[LogUpdate]) + Send + Sync;
type InvalidationCallback = dyn Fn(&[Invalidation]) + Send + Sync;

impl CommitListener {
    /// Tells this one of the logs that grew.
    pub fn new(told: impl Fn(&[LogUpdate]) + Send + Sync + 'static) -> Self {
        Self {
            on_log_update: Arc::new(told),
            on_invalidation: Arc::new(|_| {}),
        }
    }

    /// Tells this one, too, of the rows that changed, before the logs that grew with them.
    #[must_use]
    pub fn with_invalidations(
        self,
        told: impl Fn(&[Invalidation]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            on_invalidation: Arc::new(told),
            ..self
        }
    }

    pub(crate) fn notify(&self, growths: &[LogUpdate], changes: &TableChanges) {
        let invalidations: Vec<Invalidation> = changes
            .iter()
            .map(|(ws, tables)| (ws, tables.without_log_head()))
            .filter(|(_, tables)| !tables.is_empty())
            .map(|(ws, tables)| Invalidation { ws, tables })
            .collect();
        if !invalidations.is_empty() {
            (self.on_invalidation)(&invalidations);
        }
        if !growths.is_empty() {
            (self.on_log_update)(growths);
        }
    }
}

/// Nobody watches.
impl Default for CommitListener {
    fn default() -> Self {
        Self::new(|_| {})
    }
}
