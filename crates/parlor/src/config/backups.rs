//! Settings of backups.

use std::path::PathBuf;
use std::time::Duration;

use super::ServerConfig;
use crate::cli_error::{CliError, ExitKind};

/// Shortest time between two backups: their names have seconds.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// When backups are made, and which are kept.
#[derive(Debug, Clone)]
pub(crate) struct BackupSchedule {
    /// Time from one backup to the next; zero for none.
    pub(crate) every: Duration,
    /// Number of archives that are kept; zero for all.
    pub(crate) keep: usize,
    /// Folder of the archives.
    pub(crate) folder: PathBuf,
}

impl ServerConfig {
    /// Returns the folder of backups.
    pub(crate) fn backup_folder(&self) -> PathBuf {
        match &self.backup_folder {
            Some(folder) => folder.clone(),
            None => self.data.join("backups"),
        }
    }

    /// Returns when backups are made, and which are kept.
    pub(crate) fn backup_schedule(&self) -> BackupSchedule {
        BackupSchedule {
            every: self.backup_every,
            keep: self.backup_keep,
            folder: self.backup_folder(),
        }
    }

    pub(super) fn validate_backups(&self) -> Result<(), CliError> {
        if self.backup_every.is_zero() {
            return Ok(());
        }
        if self.sqlite_path()?.is_none() {
            return Err(postgres_error("`backup_every` makes backups of"));
        }
        if self.backup_every < MIN_INTERVAL {
            return Err(
                CliError::new(ExitKind::Usage, "`backup_every` is less than a second")
                    .with_hint("write 24h, or 0 for none"),
            );
        }
        Ok(())
    }

    /// Returns the file of the embedded database.
    ///
    /// # Errors
    /// `Usage` on PostgreSQL, with the tool to use there.
    pub(crate) fn embedded_database(&self) -> Result<PathBuf, CliError> {
        self.sqlite_path()?
            .ok_or_else(|| postgres_error("this command is for"))
    }
}

fn postgres_error(what: &str) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("{what} an embedded database, and the settings name PostgreSQL"),
    )
    .with_hint(
        "back it up with its own tools: pg_dump --format=custom --file=parlor.dump DATABASE; and the folder `files`, if one is set",
    )
}
