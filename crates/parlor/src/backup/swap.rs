//! Puts a restored database and its files into a data folder, in place of what was there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{DATABASE_NAME, FILES_NAME, KEY_NAME, file_error};
use crate::cli_error::{CliError, ExitKind};
use crate::first_run::private_file::create_private_dir;

/// Folder in the data folder in which a restore happens.
pub(super) const WORK_NAME: &str = ".restoring";
/// File in that folder while the data folder has parts of both states.
const MARKER_NAME: &str = "moving";
/// Entries of a data folder that belong to one database. The write-ahead log goes with the database that it belongs to.
const OWN_NAMES: [&str; 6] = [
    DATABASE_NAME,
    "parlor.db-wal",
    "parlor.db-shm",
    FILES_NAME,
    "credentials.json",
    "curl",
];

/// Returns whether a data folder has a database or files.
pub(super) fn has_database(data: &Path) -> bool {
    [DATABASE_NAME, FILES_NAME]
        .iter()
        .any(|name| data.join(name).symlink_metadata().is_ok())
}

/// Moves what belongs to the present database into `old`, and what is in the work folder into the data folder. The names
/// in `kept` stay as they are, and `replaces_key` says whether the master key is replaced too.
///
/// A crash in the middle leaves a marker, with which the server does not start: see [`require_no_cut_off_restore`].
///
/// # Errors
/// `Failed` for errors of the file system.
pub(super) fn swap(
    data: &Path,
    old: &Path,
    kept: &[&str],
    replaces_key: bool,
) -> Result<(), CliError> {
    let work = data.join(WORK_NAME);
    let run = || -> io::Result<()> {
        // Everything that was extracted is on disk before anything is moved.
        rustix::fs::sync();
        File::create(work.join(MARKER_NAME))?.sync_all()?;
        File::open(&work)?.sync_all()?;
        let key = replaces_key.then_some(KEY_NAME);
        let names = OWN_NAMES
            .iter()
            .copied()
            .filter(|name| !kept.contains(name));
        for name in names.chain(key) {
            if data.join(name).symlink_metadata().is_ok() {
                create_private_dir(old).map_err(|error| io::Error::other(error.message))?;
                fs::rename(data.join(name), old.join(name))?;
            }
        }
        for name in [FILES_NAME, KEY_NAME, DATABASE_NAME] {
            let restored = work.join(name);
            if restored.exists() {
                fs::rename(restored, data.join(name))?;
            }
        }
        File::open(data)?.sync_all()?;
        fs::remove_dir_all(&work)?;
        File::open(data)?.sync_all()
    };
    run().map_err(|error| file_error("write in", data, &error))
}

/// Checks that no restore into this data folder was cut off while it moved files.
///
/// # Errors
/// `Refused` if one was.
pub(crate) fn require_no_cut_off_restore(data: &Path) -> Result<(), CliError> {
    if !data.join(WORK_NAME).join(MARKER_NAME).exists() {
        return Ok(());
    }
    Err(CliError::new(
        ExitKind::Refused,
        format!("a restore into {} was cut off", data.display()),
    )
    .with_hint("run it again: parlor restore FILE --replace"))
}

/// Returns the path for what a restore replaces.
pub(super) fn old_path(data: &Path, at: &str) -> PathBuf {
    data.join(format!("before-restore-{at}"))
}
