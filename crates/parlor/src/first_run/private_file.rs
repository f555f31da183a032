//! Files and folders that only their owner may read.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::shell_word::{quote_path, quote_shell_word};
use crate::cli_error::{CliError, ExitKind};

/// Mode bits of all access by group and others.
const OTHERS_MODE: u32 = 0o077;
/// Mode bits of write access by group and others.
const OTHERS_WRITE_MODE: u32 = 0o022;
/// Mode bit of shared folders such as `/tmp`, in which all users may create files.
const STICKY_BIT: u32 = 0o1000;

/// Writes a file with mode 0600 by an atomic replace: readers see the old or the new content. The new file is always
/// created exclusively, so no other process can hold it open.
///
/// # Errors
/// `Failed` if the file cannot be written, `Refused` if a symbolic link is in its place.
pub(crate) fn write_private_file(path: &Path, text: &str) -> Result<(), CliError> {
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
            // Left behind by a killed process. A symbolic link is an error that the operator has to resolve.
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

/// Creates a folder with mode 0700 if it does not exist. Does not follow a symbolic link.
pub(crate) fn create_private_dir(path: &Path) -> Result<(), CliError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || path.is_symlink() => {
            Err(io_error("make", path, &error))
        }
        _ => Ok(()),
    }
}

/// Creates an empty file with mode 0600 if it does not exist. SQLite gives its other files the mode of the database
/// file. A symbolic link to an existing database is accepted, a dangling one is not.
pub(crate) fn create_private_file(path: &Path) -> Result<(), CliError> {
    let created = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path);
    match created {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.exists() => {
            Err(io_error("make", path, &error))
        }
        _ => Ok(()),
    }
}

/// Returns `O_NOFOLLOW`: opening fails if the last path component is a symbolic link.
pub(super) fn no_follow_flag() -> i32 {
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

/// Checks that only the owner can access a file or folder; a missing one passes. `mode` is the suggested `chmod` mode.
///
/// # Errors
/// `Refused` if group or others have any access.
pub(super) fn require_private(path: &Path, mode: &str) -> Result<(), CliError> {
    let Ok(metadata) = std::fs::metadata(path) else {
        return Ok(());
    };
    if metadata.permissions().mode() & OTHERS_MODE == 0 {
        return Ok(());
    }
    Err(CliError::new(
        ExitKind::Refused,
        format!("{} is open to other users of this machine", path.display()),
    )
    .with_hint(format!("chmod {mode} {}", quote_path(path))))
}

pub(super) fn require_not_writable(folder: &Path) -> Result<(), CliError> {
    let Ok(metadata) = std::fs::metadata(folder) else {
        return Ok(());
    };
    let mode = metadata.permissions().mode();
    if mode & OTHERS_WRITE_MODE == 0 {
        return Ok(());
    }
    let error = CliError::new(
        ExitKind::Refused,
        format!(
            "{} is a folder in which other users of this machine can replace the database",
            folder.display()
        ),
    );
    Err(if mode & STICKY_BIT == 0 {
        error.with_hint(format!("chmod go-w {}", quote_path(folder)))
    } else {
        error.with_hint("give the database a folder of its own, such as --database sqlite:./parlor-data/parlor.db")
    })
}
