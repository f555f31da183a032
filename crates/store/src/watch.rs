//! Whoever wants to know what was committed.

use std::sync::Arc;

use parlor_model::live::Growth;

use crate::tables::{Changes, Tables};

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
pub struct Watch {
    grew: Arc<Grew>,
    changed: Arc<Changed>,
}

type Grew = dyn Fn(&[Growth]) + Send + Sync;
type Changed = dyn Fn(&[Invalidation]) + Send + Sync;

impl Watch {
    /// Tells this one of the logs that grew.
    pub fn new(told: impl Fn(&[Growth]) + Send + Sync + 'static) -> Self {
        Self {
            grew: Arc::new(told),
            changed: Arc::new(|_| {}),
        }
    }

    /// Tells this one, too, of the rows that changed, before the logs that grew with them.
    #[must_use]
    pub fn with_invalidations(
        self,
        told: impl Fn(&[Invalidation]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            changed: Arc::new(told),
            ..self
        }
    }

    pub(crate) fn tell(&self, growths: &[Growth], changes: &Changes) {
        let invalidations: Vec<Invalidation> = changes
            .iter()
            .map(|(ws, tables)| (ws, tables.without_heads()))
            .filter(|(_, tables)| !tables.is_empty())
            .map(|(ws, tables)| Invalidation { ws, tables })
            .collect();
        if !invalidations.is_empty() {
            (self.changed)(&invalidations);
        }
        if !growths.is_empty() {
            (self.grew)(growths);
        }
    }
}

/// Nobody watches.
impl Default for Watch {
    fn default() -> Self {
        Self::new(|_| {})
    }
}
