//! Which users of the machine may touch the files of a server.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::curl::quote;
use super::folder::Folder;
use crate::config::Settings;
use crate::fault::{Exit, Fault};

/// Everything that users other than the owner may do.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;
/// In a folder with this bit, such as `/tmp`, everybody may make files.
const STICKY: u32 = 0o1000;
/// What stands behind the name of an embedded database's further files.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Refuses files that other users of the machine may read or replace: the file of the database's URL, the data folder with
/// its secrets, and an embedded database wherever it is. Asked at every start and by every command, before anything of
/// them is read or made.
pub fn check(settings: &Settings) -> Result<(), Fault> {
    if let Some(file) = settings.database_url_file() {
        closed(file, "600")?;
    }
    if settings.data.is_dir() {
        Folder::open(&settings.data)?.check_closed()?;
    }
    match settings.embedded()? {
        Some(database) => check_database(&database, &settings.data),
        None => Ok(()),
    }
}

fn check_database(file: &Path, data: &Path) -> Result<(), Fault> {
    for suffix in SUFFIXES {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        closed(Path::new(&name), "600")?;
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
            not_writable(&folder)?;
        }
    }
    Ok(())
}

/// Refuses what others than its owner may touch; what is not there is nobody's.
pub fn closed(path: &Path, mode: &str) -> Result<(), Fault> {
    let Ok(found) = std::fs::metadata(path) else {
        return Ok(());
    };
    if found.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    Err(Fault::new(
        Exit::Refused,
        format!("{} is open to other users of this machine", path.display()),
    )
    .fix(format!("chmod {mode} {}", shell(path))))
}

fn not_writable(folder: &Path) -> Result<(), Fault> {
    let Ok(found) = std::fs::metadata(folder) else {
        return Ok(());
    };
    let mode = found.permissions().mode();
    if mode & OTHERS_WRITE == 0 {
        return Ok(());
    }
    let fault = Fault::new(
        Exit::Refused,
        format!(
            "{} is a folder in which other users of this machine can replace the database",
            folder.display()
        ),
    );
    Err(if mode & STICKY == 0 {
        fault.fix(format!("chmod go-w {}", shell(folder)))
    } else {
        fault.fix("give the database a folder of its own, such as --database sqlite:./parlor-data/parlor.db")
    })
}

fn shell(path: &Path) -> String {
    quote(&path.display().to_string())
}
