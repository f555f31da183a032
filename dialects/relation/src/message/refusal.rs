//! What those who are not in a channel are told of its messages: less than they are told of the channel itself.

use parlor_model::Error;
use parlor_model::error::{Conflict, Denied, Kind};

/// Whoever left, was removed or never was in a channel is no member of it, and that is all.
pub(crate) fn not_a_member(error: Error) -> Error {
    match error.kind() {
        Kind::Forbidden(Denied::Left | Denied::Removed) => Error::forbidden(Denied::NotParticipant),
        _ => error,
    }
}

/// The messages of a channel one is not in, or that is dismissed, are not for reading.
pub(crate) fn not_entitled(error: Error) -> Error {
    match error.kind() {
        Kind::Forbidden(Denied::Left | Denied::Removed | Denied::NotParticipant)
        | Kind::Conflict(Conflict::Closed) => Error::forbidden(Denied::NotOwn),
        _ => error,
    }
}
