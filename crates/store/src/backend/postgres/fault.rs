//! Telling errors apart, without quoting values.

use parlor_model::Error;
use postgres::error::{DbError, Severity, SqlState};

/// What a failed statement means for the transaction it was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Another transaction was in the way: the same work may succeed on a fresh one.
    Conflict,
    /// A unique value is taken, or a row that is referred to is gone. Where another transaction did it unseen, the
    /// second run sees it; where it was so all along, no run succeeds.
    Unseen,
    /// The connection is gone, and the transaction with it.
    Lost,
    /// The statement itself.
    Broken,
}

const UNSEEN: [&SqlState; 2] = [
    &SqlState::UNIQUE_VIOLATION,
    &SqlState::FOREIGN_KEY_VIOLATION,
];

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
            state if UNSEEN.contains(&state) => Self::Unseen,
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
    let context = format!(
        "{what}: SQL state {state} {}",
        said.constraint().unwrap_or_default()
    );
    match Fault::of(error) {
        Fault::Conflict | Fault::Lost => Error::unavailable(context),
        // 53: out of something. 57: an operator's doing, or a statement that took too long. 55P03: a lock that was not
        // to be had in time.
        Fault::Broken if state.starts_with("53") || state.starts_with("57") || state == "55P03" => {
            Error::unavailable(context)
        }
        Fault::Unseen | Fault::Broken => Error::internal(context),
    }
}
