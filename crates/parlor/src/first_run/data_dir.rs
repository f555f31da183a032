//! The data folder: for the owner's eyes only, and one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::curl::quote_shell_word;
use super::file_permissions::require_private;
use crate::cli_error::{CliError, ExitKind};

/// The data folder.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

/// Kept for as long as the process may use what it stands for.
#[derive(Debug)]
pub struct DirLock(#[allow(dead_code, reason = "closing the file gives the lock back")] File);

impl DataDir {
    /// Makes the folder where there is none.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        if !path.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(|error| io_error("make", path, &error))?;
        }
        let folder = Self {
            path: path.to_owned(),
        };
        if !path.is_dir() {
            return Err(CliError::new(
                ExitKind::Usage,
                format!("{} is not a folder", path.display()),
            )
            .with_hint("name a folder with --data"));
        }
        Ok(folder)
    }

    /// Whether a server has started on the folder before: each start leaves its lock there, whatever else it keeps
    /// elsewhere.
    pub fn is_used(&self) -> bool {
        [
            LOCK_FILE,
            MASTER_KEY_FILE,
            CREDENTIALS_FILE,
            DATABASE_FILE,
            CURL_DIR,
        ]
        .iter()
        .any(|name| self.file_path(name).symlink_metadata().is_ok())
    }

    /// Refuses a folder that a server has used, where others may enter it or write to it, and its secrets where others
    /// may read them. The first start closes the folder itself ([`DataDir::restrict_permissions`]).
    pub fn check_private(&self) -> Result<(), CliError> {
        if !self.is_used() {
            return Ok(());
        }
        require_private(&self.path, "700")?;
        [MASTER_KEY_FILE, CREDENTIALS_FILE]
            .iter()
            .try_for_each(|name| require_private(&self.file_path(name), "600"))
    }

    /// The path as the operator gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something in it.
    pub fn file_path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Closes to others a folder that was there before the first run.
    pub fn restrict_permissions(&self) -> Result<(), CliError> {
        std::fs::set_permissions(&self.path, Permissions::from_mode(0o700))
            .map_err(|error| io_error("close to others", &self.path, &error))
    }

    /// Takes the folder for this process, and the embedded database, which may be reached through another folder.
    pub fn lock(&self, database: Option<&Path>) -> Result<Vec<DirLock>, CliError> {
        let mut locks = vec![lock_file(&self.file_path(LOCK_FILE), &self.path)?];
        if let Some(database) = database {
            let mut name = database.as_os_str().to_owned();
            name.push(".lock");
            locks.push(lock_file(Path::new(&name), database)?);
        }
        Ok(locks)
    }
}

const LOCK_FILE: &str = "lock";
const MASTER_KEY_FILE: &str = "master.key";
const CREDENTIALS_FILE: &str = "credentials.json";
const DATABASE_FILE: &str = "parlor.db";
const CURL_DIR: &str = "curl";

fn lock_file(path: &Path, what: &Path) -> Result<DirLock, CliError> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .custom_flags(no_follow_flag())
        .open(path)
        .map_err(|error| io_error("open", path, &error))?;
    match file.try_lock() {
        Ok(()) => {
            // For whoever wonders who holds it. The lock itself does not depend on it.
            let noted = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| writeln!(file, "{}", std::process::id()));
            noted.map_err(|error| io_error("write", path, &error))?;
            Ok(DirLock(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let by = match file.read_to_string(&mut holder) {
                Ok(_) if !holder.trim().is_empty() => format!(" (process {})", holder.trim()),
                _ => String::new(),
            };
            Err(CliError::new(
                ExitKind::Refused,
                format!("{} is in use by another Parlor{by}", what.display()),
            )
            .with_hint("stop that one, or choose another folder with --data"))
        }
        Err(TryLockError::Error(error)) => Err(io_error("lock", path, &error)),
    }
}

/// Writes a file that only its owner may read; whoever reads it meanwhile sees the old one or the new one. The new one is
/// a file of its own from the start, never one that somebody else made and may hold open.
pub fn write_private_file(path: &Path, text: &str) -> Result<(), CliError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let create = || {
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&new)
    };
    let write = || -> io::Result<()> {
        let mut file = match create() {
            // A start that was killed left it behind; a link is for the operator to look at.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !new.is_symlink() => {
                std::fs::remove_file(&new)?;
                create()?
            }
            opened => opened?,
        };
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().map_err(|error| {
        let path = if new.is_symlink() {
            new.as_path()
        } else {
            path
        };
        io_error("write", path, &error)
    })
}

/// Makes a folder that only its owner may enter, where there is none. A link to one is not followed.
pub fn create_private_dir(path: &Path) -> Result<(), CliError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || path.is_symlink() => {
            Err(io_error("make", path, &error))
        }
        _ => Ok(()),
    }
}

/// Makes an empty file that only its owner may read, where there is none: the database's own files then follow it. A link
/// to a database is the operator's to set; one that leads nowhere is not followed.
pub fn create_private_file(path: &Path) -> Result<(), CliError> {
    let made = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.exists() => {
            Err(io_error("make", path, &error))
        }
        _ => Ok(()),
    }
}

/// What this process makes is a file, and never where somebody else's link leads.
fn no_follow_flag() -> i32 {
    i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default()
}

pub(super) fn io_error(verb: &str, path: &Path, error: &io::Error) -> CliError {
    if path.is_symlink() {
        return CliError::new(
            ExitKind::Refused,
            format!("{} is a link, and is not followed: {error}", path.display()),
        )
        .with_hint(format!(
            "look where it leads, then: rm {}",
            quote_shell_word(&path.display().to_string())
        ));
    }
    CliError::new(
        ExitKind::Failed,
        format!("cannot {verb} {}: {error}", path.display()),
    )
    .with_hint(
        "check who owns the folder and whether the disk is full, or choose another with --data",
    )
}
