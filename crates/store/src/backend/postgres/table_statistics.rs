//! Statistics of fast growing tables. Plans are kept for as long as their tables have the same statistics; those made for
//! an empty table may read a whole index once it is large. The database itself analyzes a table at most once a minute,
//! and after larger changes.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use parlor_model::Result;

use super::cached_connection::CachedConnection;
use super::error_class::statement_error;
use super::statement;
use super::transaction::PostgresTx;
use crate::{StampGenerator, Tx, params};

/// Time between two looks at the tables.
const INTERVAL: Duration = Duration::from_secs(5);
/// Changed rows below which a table is not analyzed.
const MIN_CHANGED_ROWS: i64 = 200;
/// Rows from which the database's own schedule is good enough.
const MAX_ROWS: i64 = 1_000_000;

/// Analyzes outgrown tables until the sender of `closed` is dropped.
pub(super) fn run(
    mut connection: CachedConnection,
    stamps: &StampGenerator,
    closed: &Receiver<()>,
) {
    while closed.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = analyze_outgrown(&mut connection, stamps) {
            tracing::debug!(?error, "statistics of tables were not renewed");
        }
    }
}

fn analyze_outgrown(connection: &mut CachedConnection, stamps: &StampGenerator) -> Result<()> {
    let mut names: Vec<String> = Vec::new();
    PostgresTx::for_reads(connection, stamps).query(
        &statement::OUTGROWN_TABLES,
        params![MIN_CHANGED_ROWS, MAX_ROWS],
        &mut |row| {
            names.push(row.string(0)?);
            Ok(())
        },
    )?;
    for name in names {
        // Another node may be analyzing it.
        connection
            .batch_execute(&format!("analyze (skip_locked) {name}"))
            .map_err(|error| statement_error("analyze", &error))?;
    }
    Ok(())
}
