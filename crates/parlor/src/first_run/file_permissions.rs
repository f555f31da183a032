//! Checks of file permissions before a start and before each command.

use std::path::{Path, PathBuf};

use super::data_dir::DataDir;
use super::private_file::{require_not_writable, require_private};
use crate::cli_error::CliError;
use crate::config::ServerConfig;

/// Suffixes of the files of a SQLite database.
const SQLITE_FILE_SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Checks that other users can neither read nor replace the files of the database URL, of the assistant's key and of the
/// carriers' secrets, the data folder with its secrets and the SQLite database. Called before any of them is read or created.
///
/// # Errors
/// `Refused` for the first file or folder whose mode is too permissive.
pub(crate) fn check_permissions(settings: &ServerConfig) -> Result<(), CliError> {
    if let Some(file) = settings.database_url_file() {
        require_private(file, "600")?;
    }
    for file in settings
        .assistant_key_file()
        .into_iter()
        .chain(settings.carrier_secret_files())
        .chain(settings.nats_credentials_file())
        .chain(settings.bucket_secret_file())
    {
        require_private(file, "600")?;
    }
    if settings.data.is_dir() {
        DataDir::open(&settings.data)?.check_private()?;
    }
    match settings.sqlite_path()? {
        Some(database) => check_database_files(&database, &settings.data),
        None => Ok(()),
    }
}

fn check_database_files(file: &Path, data: &Path) -> Result<(), CliError> {
    for suffix in SQLITE_FILE_SUFFIXES {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        require_private(Path::new(&name), "600")?;
    }
    // The target of a symbolic link can be replaced in its own folder as well.
    let real = std::fs::canonicalize(file).ok();
    let paths = [Some(file), real.as_deref()];
    let folders = paths.into_iter().flatten().filter_map(Path::parent);
    let data = std::fs::canonicalize(data).ok();
    for folder in folders {
        let folder = match folder.as_os_str() {
            empty if empty.is_empty() => PathBuf::from("."),
            _ => folder.to_owned(),
        };
        // The data folder has a check of its own, and the first start sets its mode.
        if std::fs::canonicalize(&folder).ok() != data {
            require_not_writable(&folder)?;
        }
    }
    Ok(())
}
