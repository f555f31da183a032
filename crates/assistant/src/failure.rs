//! Errors of providers as errors of turns.

use parlor_model::turn::TurnError;

use crate::provider::{ProviderError, ProviderErrorKind};

/// Returns the error of a turn whose provider failed.
pub(crate) fn turn_error(error: &ProviderError) -> TurnError {
    use ProviderErrorKind as Kind;
    match error.kind {
        Kind::Unauthorized
        | Kind::Forbidden
        | Kind::QuotaExhausted
        | Kind::ContextTooLong
        | Kind::BadRequest
        | Kind::NotFound => TurnError::ProviderRejected,
        Kind::RateLimited | Kind::Overloaded => TurnError::ProviderRateLimited,
        Kind::ContentFiltered => TurnError::ContentFilter,
        Kind::UnexpectedResponse | Kind::Malformed | Kind::TooLarge => TurnError::InvalidResponse,
        Kind::TimedOut => TurnError::TimedOut,
        Kind::ServerError
        | Kind::Unreachable
        | Kind::AddressForbidden
        | Kind::Interrupted
        | Kind::CircuitOpen
        | Kind::KeyUnreadable => TurnError::ProviderUnreachable,
    }
}
