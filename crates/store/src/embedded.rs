//! Database files of the embedded database: snapshots of one that runs, and the inspection of a snapshot.

use std::path::Path;

use parlor_model::{Result, Timestamp};

use crate::backend::sqlite;
pub use crate::database_report::{DatabaseReport, SnapshotObserver, StoredContent};

/// Checks a database file that no process has open, and calls `visit` with each content whose bytes are outside of it.
/// Writes nothing. Blocks.
///
/// # Errors
/// `Internal` if the file is no database of this program, or one of a newer version.
pub fn inspect(path: &Path, visit: &mut dyn FnMut(StoredContent)) -> Result<DatabaseReport> {
    sqlite::inspect(path, visit)
}

/// Gives the logs of a database file, which no process has open, another epoch: positions that subscribers have of the
/// database that it is a copy of are not comparable with its own.
pub fn begin_epoch(path: &Path, at: Timestamp) -> Result<()> {
    sqlite::set_initialized_at(path, at)
}
