//! Which users of the machine may touch the files of a server.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::curl::quote_shell_word;
use super::data_dir::DataDir;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;

/// Everything that users other than the owner may do.
const OTHERS_MODE: u32 = 0o077;
const OTHERS_WRITE_MODE: u32 = 0o022;
/// In a folder with this bit, such as `/tmp`, everybody may make files.
const STICKY_BIT: u32 = 0o1000;
/// What stands behind the name of an embedded database's further files.
const SQLITE_FILE_SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Refuses files that other users of the machine may read or replace: the file of the database's URL, the data folder with
/// its secrets, and an embedded database wherever it is. Asked at every start and by every command, before anything of
/// them is read or made.
pub fn check_permissions(settings: &ServerConfig) -> Result<(), CliError> {
    if let Some(file) = settings.database_url_file() {
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
    // Behind a link stands another folder, in which the file could be replaced as well.
    let real = std::fs::canonicalize(file).ok();
    let places = [Some(file), real.as_deref()];
    let folders = places.into_iter().flatten().filter_map(Path::parent);
    let data = std::fs::canonicalize(data).ok();
    for folder in folders {
        let folder = match folder.as_os_str() {
            empty if empty.is_empty() => PathBuf::from("."),
            _ => folder.to_owned(),
        };
        // The data folder is looked at as a whole, and closed by the first start.
        if std::fs::canonicalize(&folder).ok() != data {
            require_not_writable(&folder)?;
        }
    }
    Ok(())
}

/// Refuses what others than its owner may touch; what is not there is nobody's.
pub fn require_private(path: &Path, mode: &str) -> Result<(), CliError> {
    let Ok(found) = std::fs::metadata(path) else {
        return Ok(());
    };
    if found.permissions().mode() & OTHERS_MODE == 0 {
        return Ok(());
    }
    Err(CliError::new(
        ExitKind::Refused,
        format!("{} is open to other users of this machine", path.display()),
    )
    .with_hint(format!("chmod {mode} {}", quote_path(path))))
}

fn require_not_writable(folder: &Path) -> Result<(), CliError> {
    let Ok(found) = std::fs::metadata(folder) else {
        return Ok(());
    };
    let mode = found.permissions().mode();
    if mode & OTHERS_WRITE_MODE == 0 {
        return Ok(());
    }
    let fault = CliError::new(
        ExitKind::Refused,
        format!(
            "{} is a folder in which other users of this machine can replace the database",
            folder.display()
        ),
    );
    Err(if mode & STICKY_BIT == 0 {
        fault.with_hint(format!("chmod go-w {}", quote_path(folder)))
    } else {
        fault.with_hint("give the database a folder of its own, such as --database sqlite:./parlor-data/parlor.db")
    })
}

fn quote_path(path: &Path) -> String {
    quote_shell_word(&path.display().to_string())
}
