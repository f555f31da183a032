//! Finds the files below a directory.

use parlor_model::Result;
use parlor_model::file::{File, FilePath};
use parlor_store::Tx;
use parlor_store::repo::file as repo;

/// Returns the exclusive upper bound of all paths below a directory: in ASCII, `0` follows `/`.
pub(super) fn end_of(path: &str) -> String {
    format!("{path}0")
}

/// Returns at most `limit` files below a directory.
pub(super) fn files_below(
    tx: &mut dyn Tx,
    (ws, space): (i64, i64),
    path: &FilePath,
    limit: i64,
) -> Result<Vec<File>> {
    let (after, before) = (path.directory_prefix(), end_of(path.as_str()));
    repo::below(tx, (ws, space), &after, Some(&before), limit)
}
