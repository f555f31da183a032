//! Makes the backups of a running server, one at a time.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;

use super::create::{BackupSource, BackupSummary, CreateBackup, create};
use super::progress::BackupProgress;
use crate::cli_error::{CliError, ExitKind};

/// Makes backups of one server.
pub(crate) struct BackupRunner {
    source: BackupSource,
    running: Arc<Mutex<()>>,
    is_stopped: Arc<AtomicBool>,
}

impl BackupRunner {
    /// Creates a runner.
    pub(crate) fn new(source: BackupSource) -> Self {
        Self {
            source,
            running: Arc::default(),
            is_stopped: Arc::default(),
        }
    }

    /// Returns what is backed up.
    pub(crate) const fn source(&self) -> &BackupSource {
        &self.source
    }

    /// Makes a backup. It ends if the receiver of its progress is dropped.
    ///
    /// # Errors
    /// `Refused` while another backup is made, otherwise those of [`create`].
    pub(crate) async fn run(
        &self,
        command: CreateBackup,
        progress: UnboundedSender<BackupProgress>,
    ) -> Result<BackupSummary, CliError> {
        let Ok(permit) = self.running.clone().try_lock_owned() else {
            return Err(
                CliError::new(ExitKind::Refused, "another backup is being made")
                    .with_hint("wait until it is done, and try again"),
            );
        };
        let (source, is_stopped) = (self.source.clone(), self.is_stopped.clone());
        let work = move || {
            let _permit = permit;
            let mut shown = None;
            create(&source, &command, &mut |now| {
                if is_stopped.load(Ordering::Relaxed) || progress.is_closed() {
                    return ControlFlow::Break(());
                }
                if shown.replace((now.phase, now.percent())) != Some((now.phase, now.percent())) {
                    // A receiver that is gone is noticed above.
                    let _ = progress.send(now);
                }
                ControlFlow::Continue(())
            })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?
    }

    /// Ends a backup that is being made, and waits for its end.
    pub(crate) async fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        drop(self.running.lock().await);
    }
}
