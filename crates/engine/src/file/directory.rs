//! What lies below a directory.

use parlor_model::Result;
use parlor_model::file::{File, FilePath};
use parlor_store::Tx;
use parlor_store::repo::file as repo;

/// Every path below a directory lies behind its prefix and before this: a zero comes right after a slash.
pub(super) fn end_of(path: &str) -> String {
    format!("{path}0")
}

/// Files below a directory, as many as the limit.
pub(super) fn files_below(
    tx: &mut dyn Tx,
    (ws, space): (i64, i64),
    path: &FilePath,
    limit: i64,
) -> Result<Vec<File>> {
    let (after, before) = (path.directory_prefix(), end_of(path.as_str()));
    repo::below(tx, (ws, space), &after, Some(&before), limit)
}
