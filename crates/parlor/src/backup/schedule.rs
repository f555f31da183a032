//! Backups at intervals, of which the newest are kept.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use parlor_kit::time;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::create::CreateBackup;
use super::file_name::{latest, list_archives, name_at};
use super::runner::BackupRunner;
use crate::cli_error::CliError;
use crate::config::BackupSchedule;
use crate::first_run::private_file::create_private_dir;

/// Longest pause after a failed backup.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(15 * 60);
/// Shortest pause between two looks at the clock, which may jump.
const MAX_SLEEP: Duration = Duration::from_secs(60);

/// Task that makes backups at intervals.
pub(crate) struct ScheduledBackups {
    runner: Arc<BackupRunner>,
    task: Option<JoinHandle<()>>,
}

impl ScheduledBackups {
    /// Starts the task, if the schedule has an interval.
    pub(crate) fn start(runner: Arc<BackupRunner>, schedule: BackupSchedule) -> Self {
        let is_due = !schedule.every.is_zero();
        let scheduler = Scheduler {
            runner: runner.clone(),
            schedule,
        };
        let task = is_due.then(|| tokio::spawn(scheduler.run()));
        Self { runner, task }
    }

    /// Ends the task and a backup that is being made.
    pub(crate) async fn stop(self) {
        if let Some(task) = self.task {
            task.abort();
        }
        self.runner.stop().await;
    }
}

/// Looks at the clock, and makes the backups that are due.
struct Scheduler {
    runner: Arc<BackupRunner>,
    schedule: BackupSchedule,
}

impl Scheduler {
    async fn run(self) {
        loop {
            let pause = match self.time_left() {
                Ok(left) if left.is_zero() => match self.make().await {
                    Ok(()) => continue,
                    Err(error) => self.report_failure(&error),
                },
                Ok(left) => left.min(MAX_SLEEP),
                Err(error) => self.report_failure(&error),
            };
            tokio::time::sleep(pause).await;
        }
    }

    fn report_failure(&self, error: &CliError) -> Duration {
        tracing::error!(reason = %error.message, "a scheduled backup failed; trying again later");
        self.schedule.every.min(MAX_RETRY_DELAY)
    }

    /// Returns the time until the next backup is due, by the names in the folder: a restart does not begin anew.
    fn time_left(&self) -> Result<Duration, CliError> {
        let newest = latest(&self.schedule.folder)
            .map_err(|error| super::file_error("read", &self.schedule.folder, &error))?;
        let Some((at, _)) = newest else {
            return Ok(Duration::ZERO);
        };
        let due = at.saturating_add(self.schedule.every).micros();
        let left = due.saturating_sub(self.runner.source().engine.now().micros());
        Ok(Duration::from_micros(u64::try_from(left).unwrap_or(0)))
    }

    async fn make(&self) -> Result<(), CliError> {
        create_private_dir(&self.schedule.folder)?;
        let now = self.runner.source().engine.now();
        let command = CreateBackup {
            target: self.schedule.folder.join(name_at(now)),
            with_master_key: false,
        };
        // The receiver lives until the backup is made.
        let (progress, _receiver) = mpsc::unbounded_channel();
        let made = self.runner.run(command, progress).await?;
        self.remove_old();
        tracing::info!(at = %time::format_iso(now), bytes = made.bytes, "a backup was made");
        Ok(())
    }

    /// Removes the oldest archives. One that cannot be removed is tried again after the next backup.
    fn remove_old(&self) {
        let Ok(found) = list_archives(&self.schedule.folder) else {
            return;
        };
        let excess = match self.schedule.keep {
            0 => 0,
            keep => found.len().saturating_sub(keep),
        };
        for (_, path) in found.iter().take(excess) {
            if let Err(error) = fs::remove_file(path) {
                tracing::warn!(reason = %error.kind(), "an old backup could not be removed");
            }
        }
    }
}
