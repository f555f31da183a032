//! Checks of the data folder, the disk, the database, the master key and the backups.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use parlor_engine::{instance, snapshot};
use parlor_model::Timestamp;

use super::check::Check;
use crate::backup;
use crate::cli_error::CliError;
use crate::config::ServerConfig;
use crate::first_run::{DataDir, file_permissions, master_key};

/// Free space below which a disk is nearly full.
const LOW_SPACE_BYTES: u64 = 1 << 30;
/// Free space below which writes may fail any moment.
const NO_SPACE_BYTES: u64 = 100 << 20;
/// Age from which a backup is old where none is scheduled.
const OLD_BACKUP_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Tolerated difference between the clock and the times of files.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// Builds a failed check of an error with its remedy.
fn failed(name: &'static str, error: &CliError) -> Check {
    let remedy = error
        .fix
        .clone()
        .unwrap_or_else(|| "see the message".to_owned());
    Check::fail(name, error.message.clone(), remedy)
}

pub(super) fn check_data_folder(settings: &ServerConfig) -> Check {
    let name = "data folder";
    let path = settings.data.display();
    if !settings.data.is_dir() {
        let remedy = "start the server once: parlor serve; or name the folder with --data";
        return Check::fail(name, format!("{path} does not exist"), remedy);
    }
    let checked = file_permissions::check_permissions(settings)
        .and_then(|()| backup::require_no_cut_off_restore(&settings.data));
    match checked {
        Ok(()) => Check::ok(name, format!("{path}, readable by its owner only")),
        Err(error) => failed(name, &error),
    }
}

pub(super) fn check_disk(settings: &ServerConfig) -> Option<Check> {
    let name = "disk";
    let disk = rustix::fs::statvfs(&settings.data).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let detail = format!("{} MiB free", free >> 20);
    Some(if free < NO_SPACE_BYTES {
        Check::fail(name, detail, "free some space now: writes will fail")
    } else if free < LOW_SPACE_BYTES {
        Check::warn(name, detail, "free some space, or move the data folder")
    } else {
        Check::ok(name, detail)
    })
}

/// Checks the database file. While a server runs, the server itself answers whether it works.
pub(super) fn check_database(settings: &ServerConfig, is_running: bool) -> Check {
    let name = "database";
    let database = match settings.sqlite_path() {
        Ok(Some(database)) => database,
        Ok(None) if is_running => {
            return Check::ok(name, "PostgreSQL, used by the running server");
        }
        Ok(None) => {
            let remedy = "start the server, and see parlor health";
            return Check::warn(
                name,
                "PostgreSQL; not tried without a running server",
                remedy,
            );
        }
        Err(error) => return failed(name, &error),
    };
    let Ok(metadata) = fs::metadata(&database) else {
        let remedy = "start the server once: parlor serve; or name its folder with --data";
        return Check::fail(
            name,
            format!("{} does not exist", database.display()),
            remedy,
        );
    };
    let size = format!("{} MiB", metadata.len() >> 20);
    if is_running {
        return Check::ok(name, format!("{size}, used by the running server"));
    }
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0) {
        let remedy = "start the server: it brings the database up to date";
        return Check::warn(name, format!("{size}; its last server was killed"), remedy);
    }
    let locked = DataDir::open(&settings.data).and_then(|data| data.lock(Some(&database)));
    let _locks = match locked {
        Ok(locks) => locks,
        Err(error) => return failed(name, &error),
    };
    match snapshot::inspect(&database, &mut |_| {}) {
        Ok(report) => match report.faults.first() {
            None => Check::ok(name, format!("{size}, sound")),
            Some(fault) => Check::fail(
                name,
                format!("damaged: {fault}"),
                "keep the folder as it is, and restore the last backup into another one: parlor restore FILE --data DIR",
            ),
        },
        Err(error) => failed(name, &CliError::from(error)),
    }
}

pub(super) fn check_master_key(settings: &ServerConfig, is_running: bool) -> Check {
    let name = "master key";
    let is_configured = settings.master_key.is_some() || settings.master_key_file.is_some();
    if !is_configured && !settings.data.join("master.key").exists() {
        let remedy =
            "put master.key back from where you keep it, or name it with --master-key-file";
        return Check::fail(name, "missing", remedy);
    }
    let key = match master_key::load(settings) {
        Ok(key) => key,
        Err(error) => return failed(name, &error),
    };
    let Ok(fingerprint) = instance::fingerprint_of(&key.key) else {
        return Check::fail(name, "of a wrong length", "a master key is 64 hex digits");
    };
    let short = snapshot::short_fingerprint(&fingerprint);
    let database = settings.sqlite_path().ok().flatten();
    let report = database
        .filter(|database| !is_running && database.exists())
        .and_then(|database| snapshot::inspect(&database, &mut |_| {}).ok());
    match report.and_then(|report| report.fingerprint) {
        Some(found) if found != fingerprint => Check::fail(
            name,
            format!("{short} is not the key of this database"),
            "name the right one with --master-key-file; without it tokens and secrets cannot be read",
        ),
        _ => Check::ok(name, format!("{short}; keep a copy apart from the backups")),
    }
}

pub(super) fn check_backups(settings: &ServerConfig, now: Timestamp) -> Option<Check> {
    let name = "backups";
    settings.sqlite_path().ok().flatten()?;
    let schedule = settings.backup_schedule();
    let newest = match backup::latest(&schedule.folder) {
        Ok(newest) => newest,
        Err(error) => {
            let detail = format!("{} cannot be read: {error}", schedule.folder.display());
            return Some(Check::fail(name, detail, "check who owns the folder"));
        }
    };
    let Some((at, _)) = newest else {
        let remedy = "parlor backup; and set backup_every and backup_folder";
        return Some(Check::warn(name, "none yet", remedy));
    };
    let age = Duration::from_micros(now.micros().saturating_sub(at.micros()).unsigned_abs());
    let limit = match schedule.every.is_zero() {
        true => OLD_BACKUP_AGE,
        false => schedule.every * 2,
    };
    let detail = format!("the last one is {} hours old", age.as_secs() / 3600);
    if age > limit {
        let remedy = "parlor backup; and see the server's log for failed ones";
        return Some(Check::warn(name, detail, remedy));
    }
    let device = |path: &Path| fs::metadata(path).ok().map(|metadata| metadata.dev());
    if device(&schedule.folder) == device(&settings.data) {
        let remedy = "name a folder on another disk with backup_folder";
        return Some(Check::warn(
            name,
            format!("{detail}, on the same disk as the data"),
            remedy,
        ));
    }
    Some(Check::ok(name, detail))
}

/// Compares the clock with the time of the last write: one that is behind gives new entries old times.
pub(super) fn check_clock(settings: &ServerConfig, now: Timestamp) -> Check {
    let name = "clock";
    let database = settings.sqlite_path().ok().flatten();
    let written = database
        .and_then(|database| fs::metadata(database).ok())
        .map(|metadata| metadata.mtime().saturating_mul(1_000_000));
    let limit = now.saturating_add(CLOCK_TOLERANCE).micros();
    match written {
        Some(written) if written > limit => Check::fail(
            name,
            "behind the last write of the database",
            "set the clock, and let it follow a time server",
        ),
        _ => Check::ok(name, parlor_kit::time::format_iso(now)),
    }
}
