//! The data folder: for the owner's eyes only, and one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::fault::{Exit, Fault};

/// The data folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

/// Kept for as long as the process may use what it stands for.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "closing the file gives the lock back")] File);

impl Folder {
    /// Makes the folder where there is none.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        if !path.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(|error| cannot("make", path, &error))?;
        }
        let folder = Self {
            path: path.to_owned(),
        };
        if !path.is_dir() {
            return Err(
                Fault::new(Exit::Usage, format!("{} is not a folder", path.display()))
                    .fix("name a folder with --data"),
            );
        }
        Ok(folder)
    }

    /// The path as the operator gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Closes to others a folder that was there before the first run.
    pub fn tighten(&self) -> Result<(), Fault> {
        std::fs::set_permissions(&self.path, Permissions::from_mode(0o700))
            .map_err(|error| cannot("close to others", &self.path, &error))
    }

    /// Takes the folder for this process, and the embedded database, which may be reached through another folder.
    pub fn lock(&self, database: Option<&Path>) -> Result<Vec<Lock>, Fault> {
        let mut locks = vec![take(&self.file("lock"), &self.path)?];
        if let Some(database) = database {
            let mut name = database.as_os_str().to_owned();
            name.push(".lock");
            locks.push(take(Path::new(&name), database)?);
        }
        Ok(locks)
    }
}

fn take(path: &Path, what: &Path) -> Result<Lock, Fault> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| cannot("open", path, &error))?;
    match file.try_lock() {
        Ok(()) => {
            // For whoever wonders who holds it. The lock itself does not depend on it.
            let noted = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| writeln!(file, "{}", std::process::id()));
            noted.map_err(|error| cannot("write", path, &error))?;
            Ok(Lock(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let by = match file.read_to_string(&mut holder) {
                Ok(_) if !holder.trim().is_empty() => format!(" (process {})", holder.trim()),
                _ => String::new(),
            };
            Err(Fault::new(
                Exit::Refused,
                format!("{} is in use by another Parlor{by}", what.display()),
            )
            .fix("stop that one, or choose another folder with --data"))
        }
        Err(TryLockError::Error(error)) => Err(cannot("lock", path, &error)),
    }
}

/// Writes a file that only its owner may read; whoever reads it meanwhile sees the old one or the new one.
pub fn write_private(path: &Path, text: &str) -> Result<(), Fault> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&new)?;
        // One that was left behind may have had another mode.
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().map_err(|error| cannot("write", path, &error))
}

/// Makes a folder that only its owner may enter, where there is none.
pub fn make_private(path: &Path) -> Result<(), Fault> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(cannot("make", path, &error))
        }
        _ => Ok(()),
    }
}

/// Makes an empty file that only its owner may read, where there is none: the database's own files then follow it.
pub fn reserve_private(path: &Path) -> Result<(), Fault> {
    let made = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path);
    made.map(drop).map_err(|error| cannot("open", path, &error))
}

pub(super) fn cannot(verb: &str, path: &Path, error: &io::Error) -> Fault {
    Fault::new(
        Exit::Failed,
        format!("cannot {verb} {}: {error}", path.display()),
    )
    .fix("check who owns the folder and whether the disk is full, or choose another with --data")
}
