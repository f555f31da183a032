//! Holds under which the bytes of files stay, although their rows are deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of holds of an engine.
#[derive(Debug, Clone, Default)]
pub(crate) struct RemovalHolds {
    count: Arc<AtomicUsize>,
}

/// While it lives, no bytes of files are removed; the upkeep of files finds them later.
#[derive(Debug)]
pub struct RemovalHold {
    count: Arc<AtomicUsize>,
}

impl RemovalHolds {
    /// Begins a hold.
    pub(crate) fn hold(&self) -> RemovalHold {
        self.count.fetch_add(1, Ordering::SeqCst);
        RemovalHold {
            count: self.count.clone(),
        }
    }

    /// Returns whether there is a hold.
    pub(crate) fn is_held(&self) -> bool {
        self.count.load(Ordering::SeqCst) > 0
    }
}

impl Drop for RemovalHold {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
    }
}
