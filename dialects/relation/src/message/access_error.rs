//! What those who are not in a channel are told of its messages: less than they are told of the channel itself.

use parlor_model::Error;
use parlor_model::error::{ConflictReason, ErrorKind, ForbiddenReason};

/// Whoever left, was removed or never was in a channel is no member of it, and that is all.
pub(crate) fn not_member_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden(ForbiddenReason::Left | ForbiddenReason::Removed) => {
            Error::forbidden(ForbiddenReason::NotParticipant)
        }
        _ => error,
    }
}

/// The messages of a channel one is not in, or that is dismissed, are not for reading.
pub(crate) fn not_readable_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden(
            ForbiddenReason::Left | ForbiddenReason::Removed | ForbiddenReason::NotParticipant,
        )
        | ErrorKind::Conflict(ConflictReason::Closed) => Error::forbidden(ForbiddenReason::NotOwn),
        _ => error,
    }
}
