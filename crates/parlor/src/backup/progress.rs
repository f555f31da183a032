//! Progress of a backup, a check or a restore.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

/// Step of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BackupPhase {
    /// The database is copied.
    Copy,
    /// The archive is written.
    Write,
    /// The archive is read.
    Read,
}

impl BackupPhase {
    /// Returns the text that is shown.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copying the database",
            Self::Write => "writing the archive",
            Self::Read => "reading the archive",
        }
    }
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BackupProgress {
    /// Step.
    pub(crate) phase: BackupPhase,
    /// Bytes that are done.
    pub(crate) done: u64,
    /// All bytes.
    pub(crate) total: u64,
}

impl BackupProgress {
    /// Returns the percentage that is done.
    pub(crate) const fn percent(self) -> u64 {
        match self.done.saturating_mul(100).checked_div(self.total) {
            Some(percent) if percent < 100 => percent,
            _ => 100,
        }
    }
}

/// Receives progress; may end the work.
pub(crate) type ProgressSink<'s> = &'s mut dyn FnMut(BackupProgress) -> ControlFlow<()>;
