//! Folding the write-ahead log into the database file, off the writer's thread.

use rusqlite::Connection;

/// A checkpoint is due after this many changed rows: some five thousand pages of the log.
pub(super) const CHECKPOINT_INTERVAL_CHANGES: u64 = 8_000;

/// Beyond this many frames (64 MiB) the background cannot keep up, and the writer folds the log itself once, since
/// only a log that is wholly folded while nobody writes can start over.
pub(super) const MAX_WAL_FRAMES: i64 = 16_000;

/// Folds what can be folded without waiting for anybody; gives the frames in the log.
pub(super) fn run_passive(connection: &Connection) -> Option<i64> {
    match connection.query_row("pragma wal_checkpoint(passive)", (), |row| {
        row.get::<_, i64>(1)
    }) {
        Ok(frames) => Some(frames),
        Err(error) => {
            tracing::warn!(error = ?super::connection::statement_error("checkpoint", &error), "checkpoint failed");
            None
        }
    }
}
