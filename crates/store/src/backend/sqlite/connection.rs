//! Opening and configuring connections.

use std::path::Path;

use parlor_model::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::case_fold::case_fold;

/// Larger than the number of statements, so that none is prepared twice.
const STATEMENT_CACHE_CAPACITY: usize = 512;

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(|error| statement_error("open", &error))?;
    configure(&connection)?;
    // `synchronous = full`: an answered write is on disk. Checkpoints run on a thread of their own, so autocheckpoint
    // is off.
    execute_pragmas(
        &connection,
        "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0;
         pragma cache_size = -32768; pragma temp_store = memory; pragma busy_timeout = 5000;
         pragma trusted_schema = off; pragma foreign_keys = on;",
    )?;
    Ok(connection)
}

/// Opens a reader. `query_only` prevents writes; the checkpointer needs it off.
pub(super) fn open_reader(path: &Path, query_only: bool) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| statement_error("open", &error))?;
    configure(&connection)?;
    execute_pragmas(
        &connection,
        "pragma cache_size = -8192; pragma temp_store = memory; pragma busy_timeout = 5000;",
    )?;
    if query_only {
        execute_pragmas(&connection, "pragma query_only = on;")?;
    }
    Ok(connection)
}

/// Number of virtual machine instructions between two yields: some tens of microseconds.
const INSTRUCTIONS_PER_YIELD: i32 = 1_000;

/// Sets whether statements of this connection yield the processor while they run.
pub(super) fn set_yielding(connection: &mut Connection, yields: bool) -> Result<()> {
    let handler = yields.then_some(|| {
        std::thread::yield_now();
        // Continues the statement.
        false
    });
    connection
        .progress_handler(INSTRUCTIONS_PER_YIELD, handler)
        .map_err(|error| statement_error("configure", &error))
}

/// Runs a statement without parameters.
pub(super) fn execute(connection: &Connection, text: &'static str) -> Result<()> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.execute(()))
        .map(drop)
        .map_err(|error| statement_error(text, &error))
}

fn execute_pragmas(connection: &Connection, pragmas: &str) -> Result<()> {
    connection
        .execute_batch(pragmas)
        .map_err(|error| statement_error("configure", &error))
}

/// Configures the statement cache and the SQL functions of a connection.
pub(super) fn configure(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
    // Query planner stability: otherwise a statement whose plan depends on a parameter (as with partial indexes) is
    // prepared anew for each bound value.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| statement_error("configure", &error))?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection
        .create_scalar_function("fold", 1, flags, |call| match call.get_raw(0) {
            ValueRef::Text(text) => Ok(Some(case_fold(&String::from_utf8_lossy(text)))),
            _ => Ok(None),
        })
        .map_err(|error| statement_error("configure", &error))
}

/// Creates an error whose context has the operation and SQLite's code, never a value.
pub(super) fn statement_error(what: &str, error: &rusqlite::Error) -> Error {
    match error.sqlite_error() {
        Some(code) => match code.code {
            rusqlite::ErrorCode::DatabaseBusy
            | rusqlite::ErrorCode::DatabaseLocked
            | rusqlite::ErrorCode::DiskFull
            | rusqlite::ErrorCode::SystemIoFailure
            | rusqlite::ErrorCode::CannotOpen => {
                Error::unavailable(format_args!("{what}: {} ({})", code, code.extended_code))
            }
            _ => Error::internal(format_args!("{what}: {} ({})", code, code.extended_code)),
        },
        None => Error::internal(format_args!("{what}: {error}")),
    }
}
