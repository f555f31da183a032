//! Telling errors apart, without quoting values.

use parlor_model::Error;
use postgres::error::{DbError, Severity, SqlState};

/// What a failed statement means for the transaction it was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorClass {
    /// Another transaction was in the way: the same work may succeed on a fresh one.
    Conflict,
    /// A unique value is taken, or a row that is referred to is gone. Where another transaction did it unseen, the
    /// second run sees it; where it was so all along, no run succeeds.
    ConstraintViolation,
    /// The connection is gone, and the transaction with it.
    ConnectionLost,
    /// The statement itself.
    StatementFailed,
}

const CONSTRAINT_VIOLATIONS: [&SqlState; 2] = [
    &SqlState::UNIQUE_VIOLATION,
    &SqlState::FOREIGN_KEY_VIOLATION,
];

impl ErrorClass {
    pub(super) fn from_error(error: &postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            return if error.is_closed() || is_io_error(error) {
                Self::ConnectionLost
            } else {
                Self::StatementFailed
            };
        };
        match said.code() {
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Conflict
            }
            state if CONSTRAINT_VIOLATIONS.contains(&state) => Self::ConstraintViolation,
            _ if is_connection_fatal(said) => Self::ConnectionLost,
            _ => Self::StatementFailed,
        }
    }
}

/// After these the server has closed the connection.
fn is_connection_fatal(said: &DbError) -> bool {
    matches!(
        said.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    ) || said.code().code().starts_with("08")
}

fn is_io_error(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// An error for the log: what was tried and the SQL state. The server's message may quote values, so it is left out.
pub(super) fn statement_error(what: &str, error: &postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        return match ErrorClass::from_error(error) {
            ErrorClass::ConnectionLost => {
                Error::unavailable(format_args!("{what}: connection lost"))
            }
            _ => Error::internal(format_args!("{what}: {error}")),
        };
    };
    let state = said.code().code();
    let context = format!(
        "{what}: SQL state {state} {}",
        said.constraint().unwrap_or_default()
    );
    match ErrorClass::from_error(error) {
        ErrorClass::Conflict | ErrorClass::ConnectionLost => Error::unavailable(context),
        // 53: out of something. 57: an operator's doing, or a statement that took too long. 55P03: a lock that was not
        // to be had in time.
        ErrorClass::StatementFailed
            if state.starts_with("53") || state.starts_with("57") || state == "55P03" =>
        {
            Error::unavailable(context)
        }
        ErrorClass::ConstraintViolation | ErrorClass::StatementFailed => Error::internal(context),
    }
}
