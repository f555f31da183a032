//! Sessions of the console.

use crate::id::{ApiKeyId, ConsoleSessionId, MemberId};
use crate::time::Timestamp;

/// Session of a browser that is signed in to the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsoleSession {
    /// Id.
    pub id: ConsoleSessionId,
    /// With what the session was opened; it ends with it.
    pub owner: ConsoleSessionOwner,
    /// Time of the sign-in.
    pub created_at: Timestamp,
    /// Time of the last use, accurate to some minutes.
    pub used_at: Timestamp,
    /// Time at which the session ends in any case.
    pub expires_at: Timestamp,
}

/// What a session of the console acts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleSessionOwner {
    /// An API key.
    Key(ApiKeyId),
    /// A member, while its tokens of this epoch are valid.
    Member(MemberId, i64),
}
