//! Checks an archive: its checksums, its database, and that each file has its bytes.

use std::path::Path;

use parlor_engine::snapshot;
use serde_json::{Map, Value, json};

use super::archive_reader::{ArchiveContents, content_key, read_archive};
use super::progress::ProgressSink;
use super::{DATABASE_NAME, damaged_error};
use crate::cli_error::{CliError, ExitKind};

/// Archive that was found sound.
pub(crate) struct CheckedArchive {
    contents: ArchiveContents,
}

impl CheckedArchive {
    /// Returns the short fingerprint of the master key that the database needs.
    pub(super) fn key_fingerprint(&self) -> Option<&str> {
        self.contents.manifest.master_key_fingerprint.as_deref()
    }

    /// Returns the master key's file, if the archive holds it.
    pub(super) fn master_key(&self) -> Option<&[u8]> {
        self.contents.master_key.as_deref()
    }

    /// Renders it for the command line.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let manifest = json!(self.contents.manifest);
        let fields = manifest.as_object().cloned().unwrap_or_default();
        fields
            .into_iter()
            .filter(|(name, _)| name != "format")
            .collect()
    }
}

/// Reads an archive to its end into an empty folder, and checks everything in it. With `with_files` the bytes of files are
/// written as well. Blocks.
///
/// # Errors
/// `Usage` for a file that is no archive; `Failed` if it is damaged; `Refused` for a database of a newer version.
pub(crate) fn check_archive(
    archive: &Path,
    folder: &Path,
    with_files: bool,
    observe: ProgressSink<'_>,
) -> Result<CheckedArchive, CliError> {
    let contents = read_archive(archive, folder, with_files, observe)?;
    let mut missing = 0;
    let mut visit = |content: snapshot::StoredContent| {
        let found = contents
            .files
            .get(&content_key(content.location, content.hash));
        if found != Some(&content.size) && content.size > 0 {
            missing += 1;
        }
    };
    let database = folder.join(DATABASE_NAME);
    if !database.exists() {
        return Err(damaged_error(archive, "it has no database"));
    }
    let report = snapshot::inspect(&database, &mut visit).map_err(|error| {
        let context = error
            .context()
            .map_or_else(|| error.to_string(), ToString::to_string);
        match context.contains("newer version") {
            true => CliError::new(ExitKind::Refused, context)
                .with_hint("restore it with the version that wrote it, or with a newer one"),
            false => damaged_error(archive, context),
        }
    })?;
    if let Some(fault) = report.faults.first() {
        return Err(damaged_error(archive, fault));
    }
    if missing != contents.manifest.missing_files {
        return Err(damaged_error(
            archive,
            format_args!("{missing} files of the database have no bytes"),
        ));
    }
    let is_counted = report
        .rows
        .iter()
        .all(|(table, count)| contents.manifest.rows.get(*table) == Some(&json!(count)));
    if !is_counted {
        return Err(damaged_error(archive, "it has other rows than it says"));
    }
    Ok(CheckedArchive { contents })
}
