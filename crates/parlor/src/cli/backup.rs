//! `parlor backup`, `parlor verify` and `parlor restore`.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use parlor_model::Timestamp;
use parlor_model::time::Clock;
use serde_json::{Value, json};

use super::print;
use super::progress_display::ProgressDisplay;
use super::run_command::{open_engine, run_on_database};
use crate::backup::{self, BackupSource, CreateBackup, RestoreBackup};
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::first_run::private_file::create_private_dir;
use crate::first_run::{file_permissions, master_key};
use crate::system::SystemClock;

/// Examples of all three commands.
pub(super) const EXAMPLES: &str = "\
Examples:
  parlor backup
  parlor backup /mnt/other-disk/parlor.tar.zst
  parlor verify --latest
  parlor restore /mnt/other-disk/parlor.tar.zst --data ./restored";

#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The file to write, or the folder to write one in; the folder of backups if left out
    file: Option<PathBuf>,
    /// Also the master key: whoever has the file can then read every secret in it
    #[arg(long)]
    with_master_key: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// The backup
    #[arg(required_unless_present = "latest", conflicts_with = "latest")]
    file: Option<PathBuf>,
    /// The newest one in the folder of backups
    #[arg(long)]
    latest: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Move the database that is there aside; nothing is deleted
    #[arg(long)]
    replace: bool,
}

/// Makes a backup, by the running server if there is one.
pub(super) fn create(settings: &ServerConfig, args: BackupArgs) -> Result<Value, CliError> {
    let database = settings.embedded_database()?;
    file_permissions::check_permissions(settings)?;
    let command = CreateBackup {
        target: target(settings, args.file)?,
        with_master_key: args.with_master_key,
    };
    let display = ProgressDisplay::start();
    let made = run_on_database(
        settings,
        &database,
        None,
        &ControlCommand::Backup(command.clone()),
        &mut |progress| display.show(progress),
        || create_locally(settings, &database, &command, &display),
    );
    display.finish();
    let made = made?;
    if let (false, Some(key)) = (
        made["hasMasterKey"].as_bool().unwrap_or_default(),
        made["masterKeyFingerprint"].as_str(),
    ) {
        print::note(&format!(
            "The master key ({key}) is not in it. Keep master.key somewhere else: without it nobody can sign in, and stored secrets cannot be read."
        ));
    }
    if let Some(missing) = made["missingFiles"].as_u64().filter(|missing| *missing > 0) {
        print::note(&format!(
            "{missing} files had no bytes on the disk, and have none in it."
        ));
    }
    Ok(made)
}

fn create_locally(
    settings: &ServerConfig,
    database: &Path,
    command: &CreateBackup,
    display: &ProgressDisplay,
) -> Result<Value, CliError> {
    let local = open_engine(settings)?;
    let source = BackupSource {
        engine: local.engine.clone(),
        database: database.to_owned(),
        files: local.options.files.clone(),
        master_key: local.options.master_key.clone(),
    };
    let made = backup::create(&source, command, &mut |progress| {
        display.show(progress);
        ControlFlow::Continue(())
    });
    local.engine.close();
    made.map(|made| made.to_json())
}

/// Returns the absolute path of the archive; the server may run in another folder.
fn target(settings: &ServerConfig, file: Option<PathBuf>) -> Result<PathBuf, CliError> {
    let name = backup::name_at(SystemClock.now());
    let path = match file {
        Some(path) if path.is_dir() => path.join(name),
        Some(path) if names_folder(&path) => {
            create_private_dir(&path)?;
            path.join(name)
        }
        Some(path) => path,
        None => {
            let folder = settings.backup_folder();
            create_private_dir(&folder)?;
            folder.join(name)
        }
    };
    absolute(&path)
}

/// Returns whether a path ends like that of a folder.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(|error| CliError::new(ExitKind::Usage, error.to_string()))
}

/// Checks a backup, without a server and without the master key.
pub(super) fn verify(settings: &ServerConfig, args: VerifyArgs) -> Result<Value, CliError> {
    let file = match args.file {
        Some(file) => file,
        None => latest(&settings.backup_folder())?.1,
    };
    if !file.exists() {
        return Err(CliError::new(
            ExitKind::NotFound,
            format!("there is no file {}", file.display()),
        )
        .with_hint("name a file that `parlor backup` has written, or --latest"));
    }
    let folder = tempfile::tempdir().map_err(|error| {
        CliError::new(ExitKind::Failed, format!("no temporary folder: {error}"))
            .with_hint("name one with room for the database: TMPDIR=DIR parlor verify FILE")
    })?;
    let display = ProgressDisplay::start();
    let checked = backup::check_archive(&file, folder.path(), false, &mut |progress| {
        display.show(progress);
        ControlFlow::Continue(())
    });
    display.finish();
    let mut report = checked?.to_json();
    report.insert("file".to_owned(), json!(file.display().to_string()));
    report.insert("sound".to_owned(), json!(true));
    Ok(Value::Object(report))
}

/// Returns the newest archive of a folder, and its time.
fn latest(folder: &Path) -> Result<(Timestamp, PathBuf), CliError> {
    let found = backup::latest(folder).map_err(|error| {
        CliError::new(
            ExitKind::Failed,
            format!("cannot read {}: {error}", folder.display()),
        )
    })?;
    found.ok_or_else(|| {
        CliError::new(
            ExitKind::NotFound,
            format!("there is no backup in {}", folder.display()),
        )
        .with_hint("make one: parlor backup; or name the folder with --backup-folder")
    })
}

/// Restores a backup into the data folder.
pub(super) fn restore(settings: &ServerConfig, args: &RestoreArgs) -> Result<Value, CliError> {
    let database = settings.embedded_database()?;
    if absolute(&database)? != absolute(&settings.data.join("parlor.db"))? {
        return Err(CliError::new(
            ExitKind::Usage,
            "the settings name a database outside of the data folder, and a restore writes a whole folder",
        )
        .with_hint("restore into a new folder without that setting, then move its parlor.db and files: parlor restore FILE --data DIR"));
    }
    let has_key = settings.master_key.is_some() || settings.master_key_file.is_some();
    let command = RestoreBackup {
        archive: absolute(&args.file)?,
        data: settings.data.clone(),
        replace: args.replace,
        configured_key: match has_key {
            true => Some(master_key::load(settings)?.key),
            false => None,
        },
    };
    let display = ProgressDisplay::start();
    let restored = backup::restore(&command, SystemClock.now(), &mut |progress| {
        display.show(progress);
        ControlFlow::Continue(())
    });
    display.finish();
    let restored = restored?;
    if restored["masterKey"] == "missing" {
        let key = restored["masterKeyFingerprint"]
            .as_str()
            .unwrap_or_default();
        print::note(&format!(
            "The master key is missing: put the one with the fingerprint {key} to {}, readable by you only, before you start the server.",
            settings.data.join("master.key").display()
        ));
    }
    print::note(
        "What had not been sent when the backup was made will be sent when the server starts, again if it was sent since.",
    );
    Ok(restored)
}
