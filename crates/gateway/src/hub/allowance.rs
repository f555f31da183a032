//! How much may wait for one listener.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Frames that may wait. Who has more waiting is fed from the log instead, at its own pace.
const WAITING: usize = 1_000;

/// What may wait for one listener, however many conversations it follows.
#[derive(Debug)]
pub struct Allowance(AtomicUsize);

impl Default for Allowance {
    fn default() -> Self {
        Self(AtomicUsize::new(WAITING))
    }
}

impl Allowance {
    /// Room for one more, if there is any.
    pub(super) fn take(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }

    pub(super) fn give_back(&self, frames: usize) {
        self.0.fetch_add(frames, Ordering::Relaxed);
    }
}
