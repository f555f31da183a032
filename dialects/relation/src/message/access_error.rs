//! Errors of requests for a channel's messages. To a caller that does not participate they reveal less than errors of
//! requests for the channel itself.

use parlor_model::Error;
use parlor_model::error::{ConflictReason, ErrorKind, ForbiddenReason};

/// Replaces "left" and "removed" by "not a member".
pub(crate) fn not_member_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden(ForbiddenReason::Left | ForbiddenReason::Removed) => {
            Error::forbidden(ForbiddenReason::NotParticipant)
        }
        _ => error,
    }
}

/// Replaces all membership errors, and that of a dismissed channel, by "permission denied".
pub(crate) fn not_readable_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden(
            ForbiddenReason::Left | ForbiddenReason::Removed | ForbiddenReason::NotParticipant,
        )
        | ErrorKind::Conflict(ConflictReason::Closed) => Error::forbidden(ForbiddenReason::NotOwn),
        _ => error,
    }
}
