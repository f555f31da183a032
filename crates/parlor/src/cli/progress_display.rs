//! Progress on standard error: a bar on a terminal, otherwise a line for every tenth.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::print;
use crate::backup::{BackupPhase, BackupProgress};

/// Time before anything is shown: most work has ended by then.
const QUIET_TIME: Duration = Duration::from_millis(500);

/// Shows the progress of one command.
pub(super) struct ProgressDisplay {
    started: Instant,
    bar: Option<ProgressBar>,
    /// What the last line has said.
    shown: Cell<Option<(BackupPhase, u64)>>,
}

impl ProgressDisplay {
    /// Creates a display that shows nothing yet.
    pub(super) fn start() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let style = ProgressStyle::with_template(
            "{msg:22} [{bar:24}] {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        );
        let bar = style.ok().filter(|_| is_terminal).map(|style| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
            bar.with_style(style)
        });
        Self {
            started: Instant::now(),
            bar,
            shown: Cell::new(None),
        }
    }

    /// Shows how far the work has come.
    pub(super) fn show(&self, now: BackupProgress) {
        if self.started.elapsed() < QUIET_TIME {
            return;
        }
        let Some(bar) = &self.bar else {
            let tenth = (now.phase, now.percent() / 10);
            if self.shown.replace(Some(tenth)) != Some(tenth) {
                print::note(&format!("{}: {} %", now.phase.as_str(), tenth.1 * 10));
            }
            return;
        };
        if self.shown.get().map(|(phase, _)| phase) != Some(now.phase) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.set_message(now.phase.as_str());
            bar.reset();
            self.shown.set(Some((now.phase, 0)));
        }
        bar.set_length(now.total);
        bar.set_position(now.done);
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
