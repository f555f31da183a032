//! Data folder: private to its owner, locked by one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::private_file::{io_error, no_follow_flag, require_private};
use crate::cli_error::{CliError, ExitKind};

/// Data folder.
#[derive(Debug, Clone)]
pub(crate) struct DataDir {
    path: PathBuf,
}

/// Guard of an exclusive file lock, released on drop.
#[derive(Debug)]
pub(crate) struct DirLock(#[allow(dead_code, reason = "closing the file releases the lock")] File);

impl DataDir {
    /// Opens the folder; creates it with mode 0700 if it does not exist.
    ///
    /// # Errors
    /// `Usage` if the path is not a folder; `Failed` or `Refused` if it cannot be created.
    pub(crate) fn open(path: &Path) -> Result<Self, CliError> {
        if !path.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(|error| io_error("make", path, &error))?;
        }
        let data_dir = Self {
            path: path.to_owned(),
        };
        if !path.is_dir() {
            return Err(CliError::new(
                ExitKind::Usage,
                format!("{} is not a folder", path.display()),
            )
            .with_hint("name a folder with --data"));
        }
        Ok(data_dir)
    }

    /// Returns whether a server has used the folder before: every start leaves at least the lock file.
    pub(crate) fn is_used(&self) -> bool {
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

    /// Checks that other users can access neither a used folder nor its secrets. The first start sets the mode of an
    /// unused folder ([`DataDir::restrict_permissions`]).
    ///
    /// # Errors
    /// `Refused` if the mode of the folder or of a secret file is too permissive.
    pub(crate) fn check_private(&self) -> Result<(), CliError> {
        if !self.is_used() {
            return Ok(());
        }
        require_private(&self.path, "700")?;
        [MASTER_KEY_FILE, CREDENTIALS_FILE]
            .iter()
            .try_for_each(|name| require_private(&self.file_path(name), "600"))
    }

    /// Returns the path as configured.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn file_path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Sets mode 0700 on a folder that existed before the first start.
    pub(crate) fn restrict_permissions(&self) -> Result<(), CliError> {
        std::fs::set_permissions(&self.path, Permissions::from_mode(0o700))
            .map_err(|error| io_error("close to others", &self.path, &error))
    }

    /// Locks the folder and, if given, the SQLite database, which another data folder may refer to as well.
    ///
    /// # Errors
    /// `Refused` if another process holds a lock.
    pub(crate) fn lock(&self, database: Option<&Path>) -> Result<Vec<DirLock>, CliError> {
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

fn lock_file(path: &Path, target: &Path) -> Result<DirLock, CliError> {
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
            // The process id is written for error messages only; the lock does not depend on it.
            let written = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| writeln!(file, "{}", std::process::id()));
            written.map_err(|error| io_error("write", path, &error))?;
            Ok(DirLock(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut process_id = String::new();
            let suffix = match file.read_to_string(&mut process_id) {
                Ok(_) if !process_id.trim().is_empty() => {
                    format!(" (process {})", process_id.trim())
                }
                _ => String::new(),
            };
            Err(CliError::new(
                ExitKind::Refused,
                format!("{} is in use by another Parlor{suffix}", target.display()),
            )
            .with_hint("stop that one, or choose another folder with --data"))
        }
        Err(TryLockError::Error(error)) => Err(io_error("lock", path, &error)),
    }
}
