//! Checkpoints of the write-ahead log, off the writer's thread.

use rusqlite::Connection;

/// Number of changed rows after which a checkpoint is due: about 5,000 WAL pages.
pub(super) const CHECKPOINT_INTERVAL_CHANGES: u64 = 8_000;

/// WAL frames (64 MiB) beyond which the background checkpoints cannot keep up: the writer then checkpoints itself once,
/// because the WAL restarts only after a complete checkpoint without concurrent writes.
pub(super) const MAX_WAL_FRAMES: i64 = 16_000;

/// Runs a passive checkpoint, which does not wait for readers or the writer; returns the number of frames in the WAL.
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
