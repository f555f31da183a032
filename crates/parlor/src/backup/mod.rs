//! Backups of the embedded database with its files, as one archive that is checked and restored by this program.
//!
//! An archive is a tar file, compressed with zstd. Its entries are `manifest.json`, `parlor.db` (the database as it was at
//! one moment), the bytes of its files below `files`, `master.key` if it was asked for, and `SHA256SUMS` with a line for
//! each entry before it. An archive without that last entry is not complete.
//!
//! Keeps INV-84 (`docs/invariants.md`).

mod archive_reader;
mod archive_writer;
mod check;
mod create;
mod file_name;
mod hashing_reader;
mod manifest;
mod progress;
mod restore;
mod runner;
mod schedule;
mod swap;
mod work_dir;

pub(crate) use check::check_archive;
pub(crate) use create::{BackupSource, CreateBackup, create};
pub(crate) use file_name::{latest, name_at};
pub(crate) use progress::{BackupPhase, BackupProgress};
pub(crate) use restore::{RestoreBackup, restore};
pub(crate) use runner::BackupRunner;
pub(crate) use schedule::ScheduledBackups;
pub(crate) use swap::require_no_cut_off_restore;

use std::path::Path;

use crate::cli_error::{CliError, ExitKind};

/// Name of the manifest in an archive.
const MANIFEST_NAME: &str = "manifest.json";
/// Name of the database in an archive and in a data folder.
const DATABASE_NAME: &str = "parlor.db";
/// Folder of the bytes of files in an archive and in a data folder.
const FILES_NAME: &str = "files";
/// Name of the master key in an archive and in a data folder.
const KEY_NAME: &str = "master.key";
/// Name of the last entry of an archive.
const CHECKSUMS_NAME: &str = "SHA256SUMS";

/// Builds the error of an archive that is not what was written.
fn damaged_error(archive: &Path, reason: impl std::fmt::Display) -> CliError {
    CliError::new(
        ExitKind::Failed,
        format!("{} is damaged: {reason}", archive.display()),
    )
    .with_hint("take another backup; `parlor verify FILE` checks one without restoring it")
}

/// Builds the error of a file that cannot be read or written.
fn file_error(verb: &str, path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(
        ExitKind::Failed,
        format!("cannot {verb} {}: {error}", path.display()),
    )
    .with_hint("check that the folder exists, who owns it, and whether the disk is full")
}
