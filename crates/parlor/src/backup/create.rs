//! Creates a backup.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parlor_engine::snapshot::{self, DatabaseReport, StoredContent};
use parlor_engine::{Engine, instance};
use parlor_kit::time;
use parlor_model::Timestamp;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::archive_writer::ArchiveWriter;
use super::manifest::{FORMAT_VERSION, Manifest};
use super::progress::{BackupPhase, BackupProgress, ProgressSink};
use super::work_dir::WorkDir;
use super::{DATABASE_NAME, FILES_NAME, KEY_NAME, MANIFEST_NAME, file_error};
use crate::cli_error::{CliError, ExitKind};
use crate::server::FileStorage;

/// What is backed up.
#[derive(Clone)]
pub(crate) struct BackupSource {
    /// Engine on an embedded database.
    pub(crate) engine: Arc<Engine>,
    /// File of the database.
    pub(crate) database: PathBuf,
    /// Where the bytes of files are.
    pub(crate) files: FileStorage,
    /// Master key.
    pub(crate) master_key: SecretSlice<u8>,
}

/// Where a backup goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CreateBackup {
    /// Absolute path of the archive, which must not exist.
    pub(crate) target: PathBuf,
    /// Whether the archive holds the master key.
    pub(crate) with_master_key: bool,
}

/// A backup that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupSummary {
    /// Path of the archive.
    pub(crate) file: PathBuf,
    /// Its bytes.
    pub(crate) bytes: u64,
    /// Its manifest.
    #[serde(flatten)]
    pub(super) manifest: Manifest,
}

impl BackupSummary {
    /// Renders it for the command line.
    pub(crate) fn to_json(&self) -> Value {
        json!(self)
    }
}

/// Creates a backup while the database is in use: every write that was answered before the call is in it. Blocks.
///
/// The archive gets its name when it is complete and on disk; until then it is in a folder that is removed.
///
/// # Errors
/// `Refused` if the target exists; `Failed` for a full disk, a damaged database, or if `observe` ends the work.
pub(crate) fn create(
    source: &BackupSource,
    command: &CreateBackup,
    observe: ProgressSink<'_>,
) -> Result<BackupSummary, CliError> {
    let target = &command.target;
    if target.symlink_metadata().is_ok() {
        return Err(exists_error(target));
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    let work = WorkDir::create(folder).map_err(|error| file_error("write in", folder, &error))?;
    require_space(folder, &source.database)?;
    let created_at = source.engine.now();
    let copy = work.file_path(DATABASE_NAME);
    let mut observe_copy = |done, total| {
        observe(BackupProgress {
            phase: BackupPhase::Copy,
            done,
            total,
        })
    };
    let hold = snapshot::write(&source.engine, &copy, &mut observe_copy)
        .map_err(|error| copy_error(folder, &error))?;
    let mut contents = Vec::new();
    let report = snapshot::inspect(&copy, &mut |content| contents.push(content))?;
    if let Some(fault) = report.faults.first() {
        return Err(CliError::new(
            ExitKind::Failed,
            format!("the database is damaged, and no backup was made: {fault}"),
        )
        .with_hint("keep the data folder as it is, and restore the last backup into another one: parlor restore FILE --data DIR"));
    }
    let files = FilesOnDisk::find(&source.files, &contents);
    let manifest = build_manifest(source, command, created_at, &report, &copy, &files)?;
    let archive = NamedTempFile::new_in(work.path())
        .map_err(|error| file_error("write in", folder, &error))?;
    let total = manifest.database_bytes + manifest.file_bytes;
    let mut done = 0;
    let mut observe_entry = |bytes: u64| -> ControlFlow<()> {
        done += bytes;
        observe(BackupProgress {
            phase: BackupPhase::Write,
            done: done.min(total),
            total,
        })
    };
    write_archive(
        source,
        &archive,
        &manifest,
        &copy,
        &files,
        &mut observe_entry,
    )
    .map_err(|error| file_error("write", target, &error))?;
    drop(hold);
    let bytes = archive
        .as_file()
        .metadata()
        .map_err(|error| file_error("write", target, &error))?
        .len();
    archive
        .persist_noclobber(target)
        .map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists_error(target),
            _ => file_error("write", target, &error.error),
        })?;
    // The name survives a power failure.
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| file_error("write in", folder, &error))?;
    Ok(BackupSummary {
        file: target.clone(),
        bytes,
        manifest,
    })
}

fn exists_error(target: &Path) -> CliError {
    CliError::new(
        ExitKind::Refused,
        format!("{} exists and is not overwritten", target.display()),
    )
    .with_hint("name another file, or none: `parlor backup` then names it by the time")
}

fn copy_error(folder: &Path, error: &parlor_model::Error) -> CliError {
    let reason = error
        .context()
        .map_or_else(|| error.to_string(), ToString::to_string);
    CliError::new(
        ExitKind::Failed,
        format!(
            "the database could not be copied to {}: {reason}",
            folder.display()
        ),
    )
    .with_hint("check whether the disk is full, or name a file on another one")
}

/// Refuses to begin a copy that the disk has no room for.
fn require_space(folder: &Path, database: &Path) -> Result<(), CliError> {
    let needed = fs::metadata(database).map_or(0, |file| file.len());
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Ok(());
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= needed {
        return Ok(());
    }
    Err(CliError::new(
        ExitKind::Failed,
        format!(
            "{} has {free} bytes free, and the copy of the database needs {needed}",
            folder.display()
        ),
    )
    .with_hint("free some, or name a file on another disk"))
}

/// Contents whose bytes are in a folder.
struct FilesOnDisk {
    /// Names in the archive, and paths.
    present: Vec<(String, PathBuf)>,
    bytes: u64,
    missing: u64,
}

impl FilesOnDisk {
    fn find(storage: &FileStorage, contents: &[StoredContent]) -> Self {
        let mut found = Self {
            present: Vec::new(),
            bytes: 0,
            missing: 0,
        };
        for content in contents {
            let relative = parlor_files::relative_path(content.location, content.hash);
            let path = match storage {
                FileStorage::Folder(root) => root.join(&relative),
                // Bytes elsewhere are not in the archive, and count as missing.
                FileStorage::Database | FileStorage::Bucket { .. } => PathBuf::new(),
            };
            match fs::metadata(&path) {
                Ok(file) if file.len() == content.size => {
                    found.bytes += content.size;
                    found
                        .present
                        .push((format!("{FILES_NAME}/{}", relative.display()), path));
                }
                // An empty content may have no bytes anywhere.
                Err(_) if content.size == 0 => {}
                _ => found.missing += 1,
            }
        }
        found
    }
}

fn build_manifest(
    source: &BackupSource,
    command: &CreateBackup,
    created_at: Timestamp,
    report: &DatabaseReport,
    copy: &Path,
    files: &FilesOnDisk,
) -> Result<Manifest, CliError> {
    let database_bytes = fs::metadata(copy)
        .map_err(|error| file_error("read", copy, &error))?
        .len();
    let fingerprint = instance::fingerprint_of(&source.master_key)?;
    Ok(Manifest {
        format: FORMAT_VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        created_at: time::format_iso(created_at),
        migration: report.newest_migration,
        database_bytes,
        rows: (report.rows.iter())
            .map(|(table, count)| ((*table).to_owned(), json!(count)))
            .collect(),
        files: files.present.len() as u64,
        file_bytes: files.bytes,
        missing_files: files.missing,
        master_key_fingerprint: Some(snapshot::short_fingerprint(&fingerprint)),
        has_master_key: command.with_master_key,
    })
}

fn write_archive(
    source: &BackupSource,
    archive: &NamedTempFile,
    manifest: &Manifest,
    copy: &Path,
    files: &FilesOnDisk,
    observe: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> std::io::Result<()> {
    let seconds = time::parse_iso(&manifest.created_at).map_or(0, Timestamp::micros) / 1_000_000;
    let mut writer = ArchiveWriter::new(
        archive.as_file().try_clone()?,
        seconds.unsigned_abs(),
        observe,
    )?;
    writer.add_text(MANIFEST_NAME, &serde_json::to_vec_pretty(manifest)?)?;
    writer.add_file(DATABASE_NAME, copy)?;
    for (name, path) in &files.present {
        writer.add_file(name, path)?;
    }
    if manifest.has_master_key {
        let key = data_encoding::HEXLOWER.encode(source.master_key.expose_secret());
        writer.add_text(KEY_NAME, format!("{key}\n").as_bytes())?;
    }
    writer.finish().map(drop)
}
