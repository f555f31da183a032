//! Counts of retried transactions.

use std::sync::atomic::{AtomicU64, Ordering};

/// Retried transactions of a store since it was opened, by cause. Always zero for SQLite, which has one writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetryCounts {
    /// Conflicts with other transactions.
    pub conflicts: u64,
    /// Violated unique or foreign keys that a retry may see.
    pub constraint_violations: u64,
    /// Lost connections.
    pub lost_connections: u64,
}

#[derive(Default)]
pub(crate) struct RetryCounters {
    pub(crate) conflicts: AtomicU64,
    pub(crate) constraint_violations: AtomicU64,
    pub(crate) lost_connections: AtomicU64,
}

impl RetryCounters {
    pub(crate) fn counts(&self) -> RetryCounts {
        RetryCounts {
            conflicts: self.conflicts.load(Ordering::Relaxed),
            constraint_violations: self.constraint_violations.load(Ordering::Relaxed),
            lost_connections: self.lost_connections.load(Ordering::Relaxed),
        }
    }
}
