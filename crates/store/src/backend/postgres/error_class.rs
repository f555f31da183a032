//! Classification of PostgreSQL errors, without quoting values.

use parlor_model::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// Class of a statement failure by its effect on the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorClass {
    /// Conflict with another transaction; a retry may succeed.
    Conflict,
    /// Violation of a unique or foreign key. If another transaction caused it unseen, a retry sees its rows; otherwise
    /// no retry succeeds.
    ConstraintViolation,
    /// The connection and the transaction are lost.
    ConnectionLost,
    /// The statement itself failed.
    StatementFailed,
}

const CONSTRAINT_VIOLATIONS: [&SqlState; 2] = [
    &SqlState::UNIQUE_VIOLATION,
    &SqlState::FOREIGN_KEY_VIOLATION,
];

impl ErrorClass {
    pub(super) fn from_error(error: &tokio_postgres::Error) -> Self {
        let Some(db_error) = error.as_db_error() else {
            return if error.is_closed() || is_io_error(error) {
                Self::ConnectionLost
            } else {
                Self::StatementFailed
            };
        };
        match db_error.code() {
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Conflict
            }
            state if CONSTRAINT_VIOLATIONS.contains(&state) => Self::ConstraintViolation,
            _ if is_connection_fatal(db_error) => Self::ConnectionLost,
            _ => Self::StatementFailed,
        }
    }
}

/// Returns whether the server closes the connection after this error.
fn is_connection_fatal(db_error: &DbError) -> bool {
    matches!(
        db_error.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    ) || db_error.code().code().starts_with("08")
}

fn is_io_error(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Creates an error whose context has the operation and the SQL state. The server's message may quote values, so it is
/// left out.
pub(super) fn statement_error(what: &str, error: &tokio_postgres::Error) -> Error {
    let Some(db_error) = error.as_db_error() else {
        return match ErrorClass::from_error(error) {
            ErrorClass::ConnectionLost => {
                Error::unavailable(format_args!("{what}: connection lost"))
            }
            _ => Error::internal(format_args!("{what}: {error}")),
        };
    };
    let state = db_error.code().code();
    let context = format!(
        "{what}: SQL state {state} {}",
        db_error.constraint().unwrap_or_default()
    );
    match ErrorClass::from_error(error) {
        ErrorClass::Conflict | ErrorClass::ConnectionLost => Error::unavailable(context),
        // 53: insufficient resources. 57: operator intervention, including statement timeouts. 55P03: lock timeout.
        ErrorClass::StatementFailed
            if state.starts_with("53") || state.starts_with("57") || state == "55P03" =>
        {
            Error::unavailable(context)
        }
        ErrorClass::ConstraintViolation | ErrorClass::StatementFailed => Error::internal(context),
    }
}
