//! A message of a batch with its place in the log.

use crate::append_message::{AppendMessage, AppendPosition, AppendResult};

/// Message that takes a `seq` in this commit.
pub(super) struct PositionedMessage<'b> {
    pub(super) entry: &'b AppendMessage,
    pub(super) appended: AppendResult,
    pub(super) position: AppendPosition,
}
