//! How much may wait for one listener.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::frame_encoder::Frame;

/// Frames that may wait. Who has more waiting is fed from the log instead, at its own pace.
const MAX_QUEUED_FRAMES: usize = 1_000;
/// Bytes of them, though a single frame may be longer.
const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// What may wait for one listener, however many conversations it follows.
#[derive(Debug, Default)]
pub struct QueueBudget {
    frames: AtomicUsize,
    bytes: AtomicUsize,
}

impl QueueBudget {
    /// Notes that frames wait, if there is room for them.
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

    /// Notes that frames wait no more.
    pub(super) fn release<'a>(&self, frames: impl IntoIterator<Item = &'a Frame>) {
        let mut count = 0;
        let bytes = byte_len(frames.into_iter().inspect(|_| count += 1));
        self.frames.fetch_sub(count, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes that are sent of frames.
pub(super) fn byte_len<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> usize {
    let texts = frames.into_iter().flat_map(Frame::texts);
    texts.map(|text| text.len()).sum()
}
