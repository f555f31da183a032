//! Copy of the database as it is at one moment, while it is written to.

use std::path::Path;

use parlor_model::{Error, Result};
use rusqlite::backup::{Backup, StepResult};

use super::connection::{execute, open_reader, statement_error};
use crate::database_report::SnapshotObserver;
use rusqlite::Connection;

/// Pages per step: 2 MiB, so that a copy that is not wanted any more ends soon.
const PAGES_PER_STEP: i32 = 512;

/// Copies the database at `path` into the empty file `target`. The copy has every commit that was answered before the
/// call, and no part of a later one.
///
/// # Errors
/// `Unavailable` if `observe` ends the copy, or for errors of the file system.
pub(super) fn copy(path: &Path, target: &Path, observe: SnapshotObserver<'_>) -> Result<()> {
    let source = open_reader(path, true)?;
    // A read transaction around all steps: the source stays at one commit, and writers neither wait nor restart the copy.
    execute(&source, "begin")?;
    source
        .query_row("select count(*) from migration", (), |_| Ok(()))
        .map_err(|error| statement_error("snapshot", &error))?;
    let mut copy = Connection::open(target).map_err(|error| statement_error("open", &error))?;
    // A copy that is cut off is thrown away.
    copy.execute_batch("pragma synchronous = off; pragma cache_size = -8192;")
        .map_err(|error| statement_error("configure", &error))?;
    let ended = copy_pages(&source, &mut copy, observe);
    execute(&source, "commit")?;
    ended
}

fn copy_pages(
    source: &Connection,
    copy: &mut Connection,
    observe: SnapshotObserver<'_>,
) -> Result<()> {
    let failure = |error: rusqlite::Error| statement_error("snapshot", &error);
    let page_bytes: u64 = source
        .query_row("pragma page_size", (), |row| row.get::<_, i64>(0))
        .map_err(failure)?
        .unsigned_abs();
    let backup = Backup::new(source, copy).map_err(failure)?;
    loop {
        let step = backup.step(PAGES_PER_STEP).map_err(failure)?;
        let progress = backup.progress();
        let bytes = |pages: i32| u64::from(pages.unsigned_abs()) * page_bytes;
        let done = bytes(progress.pagecount - progress.remaining);
        if observe(done, bytes(progress.pagecount)).is_break() {
            return Err(Error::unavailable("the copy was given up"));
        }
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // The source is read in a transaction that has begun, and the copy belongs to this function alone.
            _ => return Err(Error::unavailable("the database is locked")),
        }
    }
}
