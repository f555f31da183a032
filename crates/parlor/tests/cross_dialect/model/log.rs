//! The log of a conversation, one entry for each position.

use uuid::Uuid;

/// A log entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LogEntry {
    Created,
    /// A message; a deleted one keeps its position.
    Message(Uuid),
    Changed(ChangeKind),
    Joined,
    Left,
    Removed,
    Edited(Uuid),
    Deleted(Uuid),
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Title,
    Owner,
    State,
    Other,
}
