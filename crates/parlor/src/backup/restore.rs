//! Restores a backup into a data folder.

use std::fs;
use std::path::{Path, PathBuf};

use parlor_engine::{instance, snapshot};
use parlor_kit::time;
use parlor_model::Timestamp;
use secrecy::SecretSlice;
use serde_json::{Value, json};

use super::check::{CheckedArchive, check_archive};
use super::progress::ProgressSink;
use super::swap::{WORK_NAME, has_database, old_path, require_no_cut_off_restore, swap};
use super::{DATABASE_NAME, KEY_NAME, file_error};
use crate::cli_error::{CliError, ExitKind};
use crate::first_run::private_file::{create_private_dir, write_private_file};
use crate::first_run::{DataDir, master_key};

/// What is restored, and where.
#[derive(Debug)]
pub(crate) struct RestoreBackup {
    /// Archive.
    pub(crate) archive: PathBuf,
    /// Data folder.
    pub(crate) data: PathBuf,
    /// Whether a database that is there may be moved aside.
    pub(crate) replace: bool,
    /// Master key that the settings name in place of the one in the data folder.
    pub(crate) configured_key: Option<SecretSlice<u8>>,
}

/// Where the master key of a restored database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyPlace {
    /// The archive had it.
    Archive,
    /// It was in the data folder.
    DataFolder,
    /// The settings name it.
    Settings,
    /// It must be put there.
    Missing,
}

/// Restores a backup. Everything is checked in a folder of its own before the data folder changes, and what was there is
/// moved aside and never deleted. The logs get a new epoch. Blocks.
///
/// # Errors
/// `Refused` if the data folder has a database, or a server runs on it; those of [`check_archive`].
pub(crate) fn restore(
    command: &RestoreBackup,
    now: Timestamp,
    observe: ProgressSink<'_>,
) -> Result<Value, CliError> {
    if !command.archive.exists() {
        return Err(CliError::new(
            ExitKind::NotFound,
            format!("there is no file {}", command.archive.display()),
        )
        .with_hint("name a file that `parlor backup` has written"));
    }
    let was_there = command.data.exists();
    let data = DataDir::open(&command.data)?;
    data.check_private()?;
    if !data.is_used() {
        data.restrict_permissions()?;
    }
    let locks = data.lock(None)?;
    let work = data.path().join(WORK_NAME);
    let restored = restore_locked(command, &data, &work, now, observe);
    if restored.is_err() && require_no_cut_off_restore(data.path()).is_ok() {
        // What was extracted is of no use, and neither is a folder that was made for it.
        let _ = fs::remove_dir_all(&work);
        if !was_there {
            let _ = fs::remove_dir_all(data.path());
        }
    }
    drop(locks);
    restored
}

fn restore_locked(
    command: &RestoreBackup,
    data: &DataDir,
    work: &Path,
    now: Timestamp,
    observe: ProgressSink<'_>,
) -> Result<Value, CliError> {
    if has_database(data.path()) && !command.replace {
        return Err(CliError::new(
            ExitKind::Refused,
            format!("{} has a database already", data.path().display()),
        )
        .with_hint(
            "restore into another folder with --data, or move the present one aside with --replace",
        ));
    }
    if work.symlink_metadata().is_ok() {
        fs::remove_dir_all(work).map_err(|error| file_error("clear", work, &error))?;
    }
    create_private_dir(work)?;
    let checked = check_archive(&command.archive, work, true, observe)?;
    let (key_place, replaces_key) = place_key(command, data, work, &checked)?;
    snapshot::begin_epoch(&work.join(DATABASE_NAME), now)?;
    let stamp = time::format_iso(now).replace(['-', ':', '.'], "");
    let old = old_path(data.path(), &stamp);
    // The credentials of the same database stay; those of another one would be of no use.
    let kept: &[&str] = match key_place {
        KeyPlace::DataFolder => &["credentials.json"],
        _ => &[],
    };
    swap(data.path(), &old, kept, replaces_key)?;
    let mut report = checked.to_json();
    report.insert("data".to_owned(), json!(data.path().display().to_string()));
    let moved = old.exists().then(|| old.display().to_string());
    report.insert("movedTo".to_owned(), json!(moved));
    let place = match key_place {
        KeyPlace::Archive => "restored",
        KeyPlace::DataFolder => "kept",
        KeyPlace::Settings => "configured",
        KeyPlace::Missing => "missing",
    };
    report.insert("masterKey".to_owned(), json!(place));
    Ok(Value::Object(report))
}

/// Finds the master key of the restored database, and writes the one of the archive into the work folder. Returns where it
/// is, and whether the key in the data folder is replaced.
fn place_key(
    command: &RestoreBackup,
    data: &DataDir,
    work: &Path,
    checked: &CheckedArchive,
) -> Result<(KeyPlace, bool), CliError> {
    let fits = |key: &SecretSlice<u8>| -> Result<bool, CliError> {
        let fingerprint = snapshot::short_fingerprint(&instance::fingerprint_of(key)?);
        Ok(checked.key_fingerprint() == Some(&fingerprint))
    };
    if let Some(key) = &command.configured_key
        && fits(key)?
    {
        return Ok((KeyPlace::Settings, false));
    }
    let path = data.file_path(KEY_NAME);
    let is_there = path.exists();
    if is_there && fits(&master_key::read(&path)?)? {
        return Ok((KeyPlace::DataFolder, false));
    }
    if is_there && !command.replace {
        return Err(CliError::new(
            ExitKind::Refused,
            format!("{} is not the master key of this backup", path.display()),
        )
        .with_hint("put the right one there, or move the present one aside with --replace"));
    }
    match checked.master_key() {
        Some(key) => {
            let text = String::from_utf8_lossy(key);
            write_private_file(&work.join(KEY_NAME), &text)?;
            Ok((KeyPlace::Archive, is_there))
        }
        None => Ok((KeyPlace::Missing, is_there)),
    }
}
