//! Limit of frames queued for one connection.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::frame::Frame;

/// Maximum of queued frames. Beyond it the subscriber lags and replays from the log.
const MAX_QUEUED_FRAMES: usize = 1_000;
/// Maximum of queued bytes; a single frame may be longer.
const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// Frames and bytes queued for one connection, over all its subscriptions.
#[derive(Debug, Default)]
pub(crate) struct QueueBudget {
    frames: AtomicUsize,
    bytes: AtomicUsize,
}

impl QueueBudget {
    /// Reserves space for frames. Returns false if they do not fit.
    pub(super) fn try_reserve(&self, frames: &[Frame]) -> bool {
        let held = self.frames.fetch_add(frames.len(), Ordering::Relaxed);
        let bytes = self.bytes.fetch_add(byte_len(frames), Ordering::Relaxed);
        let fits = held == 0
            || (held + frames.len() <= MAX_QUEUED_FRAMES
                && bytes + byte_len(frames) <= MAX_QUEUED_BYTES);
        if !fits {
            self.release(frames);
        }
        fits
    }

    /// Reserves space for frames that are queued even if they do not fit.
    pub(super) fn reserve(&self, frames: &[Frame]) {
        self.frames.fetch_add(frames.len(), Ordering::Relaxed);
        self.bytes.fetch_add(byte_len(frames), Ordering::Relaxed);
    }

    /// Releases the space of frames.
    pub(super) fn release<'a>(&self, frames: impl IntoIterator<Item = &'a Frame>) {
        let mut count = 0;
        let bytes = byte_len(frames.into_iter().inspect(|_| count += 1));
        self.frames.fetch_sub(count, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Returns the bytes that frames send.
pub(super) fn byte_len<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> usize {
    let texts = frames.into_iter().flat_map(Frame::texts);
    texts.map(|text| text.len()).sum()
}
