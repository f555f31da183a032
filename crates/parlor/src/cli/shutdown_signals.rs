//! Signals that end the program.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli_error::{CliError, ExitKind};

/// `SIGTERM` and `SIGINT`.
pub(super) struct ShutdownSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl ShutdownSignals {
    /// Listens for the signals.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn new() -> Result<Self, CliError> {
        let listen_for = |kind| {
            signal(kind)
                .map_err(|error| CliError::new(ExitKind::Failed, format!("no signals: {error}")))
        };
        Ok(Self {
            terminate: listen_for(SignalKind::terminate())?,
            interrupt: listen_for(SignalKind::interrupt())?,
        })
    }

    /// Waits for a signal.
    pub(super) async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
