//! Telling errors apart, without quoting values.

use parlor_model::Error;
use postgres::error::{DbError, Severity, SqlState};

/// What a failed statement means for the transaction it was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Another transaction was in the way: the same work may succeed on a fresh one.
    Conflict,
    /// A unique value is taken. Where two transactions insert the same one and neither sees the other, the second run
    /// sees it; where it was there all along, it never succeeds.
    Taken,
    /// The connection is gone, and the transaction with it.
    Lost,
    /// The statement itself.
    Broken,
}

impl Fault {
    pub(super) fn of(error: &postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            return if error.is_closed() || came_from_the_network(error) {
                Self::Lost
            } else {
                Self::Broken
            };
        };
        match said.code() {
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Conflict
            }
            &SqlState::UNIQUE_VIOLATION => Self::Taken,
            _ if is_last_word(said) => Self::Lost,
            _ => Self::Broken,
        }
    }
}

/// After these the server has closed the connection.
fn is_last_word(said: &DbError) -> bool {
    matches!(
        said.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    ) || said.code().code().starts_with("08")
}

fn came_from_the_network(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// An error for the log: what was tried and the SQL state. The server's message may quote values, so it is left out.
pub(super) fn failed(what: &str, error: &postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        return match Fault::of(error) {
            Fault::Lost => Error::unavailable(format_args!("{what}: connection lost")),
            _ => Error::internal(format_args!("{what}: {error}")),
        };
    };
    let state = said.code().code();
    // 53: out of something. 57: an operator's doing.
    let passing = Fault::of(error) != Fault::Broken || ["53", "57"].contains(&&state[..2]);
    let place = said.constraint().unwrap_or_default();
    let context = format!("{what}: SQL state {state} {place}");
    if passing && *said.code() != SqlState::UNIQUE_VIOLATION {
        Error::unavailable(context)
    } else {
        Error::internal(context)
    }
}
