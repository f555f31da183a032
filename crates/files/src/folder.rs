//! Contents as files of a folder.
//!
//! Keeps INV-56 (`docs/invariants.md`).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parlor_engine::file::{BlobFuture, BlobStore, PIECE_BYTES, Stray};
use parlor_model::file::{ContentHash, Location};
use parlor_model::{Error, Timestamp};

use crate::layout;

/// Minimum age of strays. No running upload is that old.
const STRAY_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// [`BlobStore`] with one file per content, readable only by the server's user.
#[derive(Debug, Clone)]
pub struct FolderBlobs {
    root: PathBuf,
}

impl FolderBlobs {
    /// Stores contents in this folder, which is created on the first write.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

/// Runs blocking file system calls on Tokio's blocking threads.
fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> BlobFuture<'static, T> {
    Box::pin(async move {
        let result = tokio::task::spawn_blocking(work).await;
        result
            .map_err(Error::internal)?
            .map_err(|error| to_model_error(&error))
    })
}

/// Converts an I/O error without its path: errors contain no file names.
fn to_model_error(error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::unavailable(error.kind()),
        kind => Error::internal(format_args!("a file of the folder: {kind}")),
    }
}

impl BlobStore for FolderBlobs {
    fn append(&self, location: Location, place: u32, bytes: Vec<u8>) -> BlobFuture<'_, ()> {
        let path = layout::path(&self.root, location, None);
        blocking(move || {
            if place == 0 {
                make_parent(&path)?;
            }
            let mut options = OpenOptions::new();
            options.write(true).create(place == 0).mode(0o600);
            let mut file = options.open(&path)?;
            file.seek(SeekFrom::Start(start(place)))?;
            file.write_all(&bytes)
        })
    }

    fn seal(&self, location: Location, hash: ContentHash) -> BlobFuture<'_, ()> {
        let from = layout::path(&self.root, location, None);
        let to = layout::path(&self.root, location, Some(hash));
        blocking(move || {
            File::open(&from)?.sync_all()?;
            make_parent(&to)?;
            fs::rename(&from, &to)?;
            // Syncs the folders, so that the names survive a power failure.
            to.ancestors()
                .skip(1)
                .take(2)
                .try_for_each(|folder| File::open(folder)?.sync_all())
        })
    }

    fn read(&self, location: Location, hash: ContentHash, place: u32) -> BlobFuture<'_, Vec<u8>> {
        let path = layout::path(&self.root, location, Some(hash));
        blocking(move || {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(start(place)))?;
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            file.take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
            match piece.is_empty() {
                true => Err(ErrorKind::UnexpectedEof.into()),
                false => Ok(piece),
            }
        })
    }

    fn remove(&self, location: Location, hash: Option<ContentHash>) -> BlobFuture<'_, ()> {
        let path = layout::path(&self.root, location, hash);
        blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        })
    }

    fn strays(&self, ws: i64, part: u8, now: Timestamp) -> BlobFuture<'_, Vec<Stray>> {
        let root = self.root.clone();
        let since_epoch = Duration::from_micros(u64::try_from(now.micros()).unwrap_or(0));
        let now = SystemTime::UNIX_EPOCH + since_epoch;
        blocking(move || {
            let mut strays = Vec::new();
            for name in old_names(&layout::part_folder(&root, ws, part), now)? {
                let found = layout::parse_sealed(ws, part, &name);
                strays.extend(found.map(|(location, hash)| Stray {
                    location,
                    hash: Some(hash),
                }));
            }
            if part == 0 {
                for name in old_names(&layout::incoming_folder(&root, ws), now)? {
                    let found = layout::parse_incoming(ws, &name);
                    strays.extend(found.map(|location| Stray {
                        location,
                        hash: None,
                    }));
                }
            }
            Ok(strays)
        })
    }
}

fn start(place: u32) -> u64 {
    u64::from(place) * PIECE_BYTES as u64
}

fn make_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(parent)
}

/// Returns the names of files in a folder that were last written more than [`STRAY_AGE`] ago.
fn old_names(folder: &Path, now: SystemTime) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let written = entry.metadata().and_then(|data| data.modified());
        // A file that has been removed meanwhile is no stray.
        let age = written.ok().and_then(|at| now.duration_since(at).ok());
        if age.is_some_and(|age| age > STRAY_AGE)
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    Ok(names)
}
