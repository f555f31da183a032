//! What happened to a conversation, one entry a position.

use uuid::Uuid;

/// One position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Made,
    /// A message; one that was taken back leaves its place.
    Said(Uuid),
    Changed(News),
    Joined,
    Left,
    Removed,
    Edited(Uuid),
    Deleted(Uuid),
}

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Title,
    Owner,
    State,
    Other,
}
