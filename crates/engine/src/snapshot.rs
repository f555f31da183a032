//! Snapshots of an embedded database, with the bytes of the files in it.
//!
//! Keeps INV-84 (`docs/invariants.md`).

use std::path::Path;

use parlor_model::{Result, Timestamp};
pub use parlor_store::embedded::{DatabaseReport, SnapshotObserver, StoredContent};

use crate::Engine;
pub use crate::blob::RemovalHold;

/// Copies the database as it is now into an empty file. While the returned hold lives, the bytes of every file of the
/// copy stay where they are. Blocks.
///
/// # Errors
/// `Invalid` on PostgreSQL; `Unavailable` if `observe` ends the copy, or if the disk is full.
pub fn write(engine: &Engine, target: &Path, observe: SnapshotObserver<'_>) -> Result<RemovalHold> {
    // Before the copy: a file that is deleted after it keeps its bytes.
    let hold = engine.removal_holds.hold();
    engine.store.write_snapshot(target, observe)?;
    Ok(hold)
}

/// Checks a copy, and calls `visit` with each content whose bytes are outside of it. Blocks.
///
/// # Errors
/// `Internal` if the file is no database of this program, or one of a newer version.
pub fn inspect(path: &Path, visit: &mut dyn FnMut(StoredContent)) -> Result<DatabaseReport> {
    parlor_store::embedded::inspect(path, visit)
}

/// Gives the logs of a copy another epoch, so that subscribers of the original do not resume in it at a position that it
/// may not have reached or that is another entry in it. Blocks.
pub fn begin_epoch(path: &Path, at: Timestamp) -> Result<()> {
    parlor_store::embedded::begin_epoch(path, at)
}

/// Returns the short form of a fingerprint, for people who look for the key that a database needs.
pub fn short_fingerprint(fingerprint: &[u8]) -> String {
    let bytes = fingerprint.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
