//! Reads an archive, which may be damaged or made by others.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use data_encoding::HEXLOWER;
use parlor_model::file::{ContentHash, Location};
use tar::{Archive, Entry, EntryType};
use uuid::Uuid;
use zstd::Decoder;

use super::hashing_reader::HashingReader;
use super::manifest::{FORMAT_VERSION, Manifest};
use super::progress::{BackupPhase, BackupProgress, ProgressSink};
use super::{
    CHECKSUMS_NAME, DATABASE_NAME, FILES_NAME, KEY_NAME, MANIFEST_NAME, damaged_error, file_error,
};
use crate::cli_error::{CliError, ExitKind};

/// Greatest entry that is read into memory, except the checksums.
const MAX_TEXT_BYTES: u64 = 64 * 1024;
/// Greatest list of checksums: some millions of files.
const MAX_CHECKSUMS_BYTES: u64 = 1024 * 1024 * 1024;
/// First bytes of data that zstd has compressed.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const BUFFER_BYTES: usize = 256 * 1024;

/// Workspace, place and hash of a content.
type ContentKey = (i64, Uuid, [u8; 32]);

/// Returns the key of a content among the files of an archive.
pub(super) const fn content_key(location: Location, ContentHash(hash): ContentHash) -> ContentKey {
    (location.ws, location.id, hash)
}

/// What an archive holds.
pub(super) struct ArchiveContents {
    pub(super) manifest: Manifest,
    /// Bytes of each file outside of the database.
    pub(super) files: HashMap<ContentKey, u64>,
    /// Master key, as the text of its file.
    pub(super) master_key: Option<Vec<u8>>,
}

/// Reads an archive to its end and writes its database into `folder`, and with `with_files` the bytes of its files as well.
///
/// # Errors
/// `Usage` for a file that is no archive or one of a newer form; `Failed` if it is damaged or the disk is full.
pub(super) fn read_archive(
    archive: &Path,
    folder: &Path,
    with_files: bool,
    observe: ProgressSink<'_>,
) -> Result<ArchiveContents, CliError> {
    let mut file = File::open(archive).map_err(|error| file_error("read", archive, &error))?;
    // A file that begins like an archive and goes on otherwise is a damaged one.
    let mut begin = [0; ZSTD_MAGIC.len()];
    if file.read_exact(&mut begin).is_err() || begin != ZSTD_MAGIC {
        return Err(foreign_error(archive));
    }
    file.rewind()
        .map_err(|error| file_error("read", archive, &error))?;
    let total = file
        .metadata()
        .map_err(|error| file_error("read", archive, &error))?
        .len();
    let mut done = 0;
    let mut observe_read = |bytes: u64| {
        done += bytes;
        observe(BackupProgress {
            phase: BackupPhase::Read,
            done,
            total,
        })
    };
    let source = HashingReader::new(file, &mut observe_read);
    let decoder = Decoder::new(source).map_err(|_| foreign_error(archive))?;
    let mut tar = Archive::new(BufReader::with_capacity(BUFFER_BYTES, decoder));
    let mut reading = Reading {
        archive,
        folder,
        with_files,
        manifest: None,
        files: HashMap::new(),
        master_key: None,
        checksums: Vec::new(),
        is_complete: false,
    };
    let damaged = |error: io::Error| damaged_error(archive, error);
    for entry in tar.entries().map_err(|_| foreign_error(archive))? {
        match entry {
            Ok(entry) => reading.read_entry(entry)?,
            Err(error) => return Err(damaged(error)),
        }
    }
    // Up to the checksum of the compressed data.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(damaged)?;
    match (reading.manifest, reading.is_complete) {
        (None, _) => Err(foreign_error(archive)),
        (Some(_), false) => Err(damaged_error(archive, "its end is missing")),
        (Some(manifest), true) => Ok(ArchiveContents {
            manifest,
            files: reading.files,
            master_key: reading.master_key,
        }),
    }
}

fn foreign_error(archive: &Path) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("{} is not a backup of Parlor", archive.display()),
    )
    .with_hint("name a file that `parlor backup` has written")
}

/// State while an archive is read.
struct Reading<'a> {
    archive: &'a Path,
    folder: &'a Path,
    with_files: bool,
    manifest: Option<Manifest>,
    files: HashMap<ContentKey, u64>,
    master_key: Option<Vec<u8>>,
    /// Lines of the entries that were read, in order.
    checksums: Vec<String>,
    is_complete: bool,
}

impl Reading<'_> {
    fn read_entry<R: Read>(&mut self, mut entry: Entry<'_, R>) -> Result<(), CliError> {
        let name = entry
            .path()
            .ok()
            .and_then(|path| path.to_str().map(str::to_owned))
            .ok_or_else(|| self.damaged("an entry without a name"))?;
        // Links and folders could lead out of the folder.
        if entry.header().entry_type() != EntryType::Regular {
            return Err(self.damaged(format_args!("{name} is not a file")));
        }
        if self.is_complete {
            return Err(self.damaged("something follows its end"));
        }
        if self.manifest.is_none() {
            if name != MANIFEST_NAME {
                return Err(foreign_error(self.archive));
            }
            let text = self.read_text(&mut entry, &name, MAX_TEXT_BYTES)?;
            self.manifest = Some(self.parse_manifest(&text)?);
            return Ok(());
        }
        match name.as_str() {
            DATABASE_NAME => self
                .read_to_file(&mut entry, &name, Some(&self.folder.join(&name)))
                .map(drop),
            KEY_NAME => {
                self.master_key = Some(self.read_text(&mut entry, &name, MAX_TEXT_BYTES)?);
                Ok(())
            }
            CHECKSUMS_NAME => {
                let expected = self.checksums.concat();
                let text = self.read_text(&mut entry, &name, MAX_CHECKSUMS_BYTES)?;
                self.is_complete = text == expected.as_bytes();
                match self.is_complete {
                    true => Ok(()),
                    false => Err(self.damaged("its checksums do not match")),
                }
            }
            _ => self.read_content(&mut entry, &name),
        }
    }

    fn parse_manifest(&self, text: &[u8]) -> Result<Manifest, CliError> {
        let value: serde_json::Value =
            serde_json::from_slice(text).map_err(|_| foreign_error(self.archive))?;
        let format = value["format"]
            .as_u64()
            .ok_or_else(|| foreign_error(self.archive))?;
        if format > u64::from(FORMAT_VERSION) {
            return Err(CliError::new(
                ExitKind::Usage,
                format!("{} was written by a newer Parlor", self.archive.display()),
            )
            .with_hint("use the version that wrote it, or a newer one"));
        }
        serde_json::from_value(value).map_err(|error| damaged_error(self.archive, error))
    }

    /// Reads the bytes of a file, whose name has its hash.
    fn read_content<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        name: &str,
    ) -> Result<(), CliError> {
        let relative = Path::new(name).strip_prefix(FILES_NAME).ok();
        let Some((location, hash)) = relative.and_then(parlor_files::parse_relative_path) else {
            return Err(self.damaged("an entry of an unknown name"));
        };
        let path = match self.with_files {
            true => Some(self.folder.join(name)),
            false => None,
        };
        let (bytes, found) = self.read_to_file(entry, name, path.as_deref())?;
        if found != HEXLOWER.encode(&hash.0) {
            return Err(self.damaged(format_args!("{name} has other bytes than its name says")));
        }
        self.files.insert(content_key(location, hash), bytes);
        Ok(())
    }

    fn read_text<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        name: &str,
        limit: u64,
    ) -> Result<Vec<u8>, CliError> {
        let mut text = Vec::new();
        let mut ignore = |_| ControlFlow::Continue(());
        let mut reader = HashingReader::new(entry.take(limit), &mut ignore);
        let read = reader.read_to_end(&mut text);
        read.map_err(|error| damaged_error(self.archive, error))?;
        let (_, hash) = reader.finish();
        self.checksums.push(format!("{hash}  {name}\n"));
        Ok(text)
    }

    /// Copies an entry into a new file, or only reads it. Returns the number of its bytes and their hash.
    fn read_to_file<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        name: &str,
        path: Option<&Path>,
    ) -> Result<(u64, String), CliError> {
        let size = entry.size();
        let mut file = match path {
            Some(path) => {
                Some(create_file(path).map_err(|error| file_error("write", path, &error))?)
            }
            None => None,
        };
        let mut ignore = |_| ControlFlow::Continue(());
        let mut reader = HashingReader::new(entry, &mut ignore);
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = reader
                .read(&mut buffer)
                .map_err(|error| damaged_error(self.archive, error))?;
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            if let (Some(file), Some(path)) = (&mut file, path) {
                file.write_all(bytes)
                    .map_err(|error| file_error("write", path, &error))?;
            }
        }
        let (bytes, hash) = reader.finish();
        if bytes != size {
            return Err(self.damaged("its end is missing"));
        }
        self.checksums.push(format!("{hash}  {name}\n"));
        Ok((bytes, hash))
    }

    fn damaged(&self, reason: impl std::fmt::Display) -> CliError {
        damaged_error(self.archive, reason)
    }
}

/// Creates a file that only its owner may read, with its folders.
fn create_file(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
}
