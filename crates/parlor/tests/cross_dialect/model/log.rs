//! What happened to a conversation, one entry a position.

use uuid::Uuid;

/// One position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LogEntry {
    Created,
    /// A message; one that was taken back leaves its place.
    Message(Uuid),
    Changed(ChangeKind),
    Joined,
    Left,
    Removed,
    Edited(Uuid),
    Deleted(Uuid),
}

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Title,
    Owner,
    State,
    Other,
}
