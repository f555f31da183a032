//! Direct delivery of frames to a connection, without its task.

use super::frame::Frame;

/// Sends frames directly from the broadcaster's task without waking the connection's task, which would double the
/// user-space cost of a delivery. Used only while the subscriber's queue is empty and its connection is idle.
pub(crate) trait DirectSink: Send + Sync {
    /// Sends the longest prefix of `frames` that can be written without blocking and has no effect on the
    /// subscription.
    fn try_send(&self, frames: &[Frame]) -> DirectSendResult;
}

/// Result of a direct send.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DirectSendResult {
    /// Number of frames taken.
    pub(crate) accepted: usize,
    /// Some bytes are not flushed; the connection's task must do that.
    pub(crate) needs_flush: bool,
}
