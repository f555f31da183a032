//! A listener's own way out, for whoever has frames for it.

use super::frame_encoder::Frame;

/// Where frames can leave without a task that is woken for each: half of what a delivery costs beside the system's
/// part. Used while the listener has nothing waiting and does nothing itself.
pub trait DirectSink: Send + Sync {
    /// Takes frames, from the first on, as far as they can leave without waiting and mean nothing to the listener but
    /// their words.
    fn try_send(&self, frames: &[Frame]) -> DirectSendResult;
}

/// What came of an offer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct DirectSendResult {
    /// Frames that were taken.
    pub accepted: usize,
    /// Not all of it has left: the listener has to see to the rest.
    pub needs_flush: bool,
}
