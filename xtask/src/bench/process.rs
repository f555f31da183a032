//! Child processes: pinned to a core, measured by /proc, killed on drop.

use std::ffi::OsStr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::wait;
use crate::run;

/// Creates a folder with mode 0700, which the server requires of its data folder.
pub(super) fn create_private_dir(path: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make {}", path.display()))
}

/// Core of a process on a machine with more than one core.
#[derive(Clone, Copy)]
pub(super) enum CpuCore {
    Server,
    Client,
    /// All cores.
    Any,
}

/// Builds a command that is pinned to a core, if `taskset` and a second core exist.
pub(super) fn pinned_command(core: CpuCore, program: impl AsRef<OsStr>) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Raises the limit of open files, since each socket needs one.
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -n "$(ulimit -Hn)"; exec "$@""#, "sh"]);
    let pinned_to = match core {
        CpuCore::Server => Some("0"),
        CpuCore::Client => Some("1"),
        CpuCore::Any => None,
    };
    if let Some(number) = pinned_to
        && cores >= 2
        && run::find_program("taskset").is_some()
    {
        command.args(["taskset", "-c", number]);
    }
    command.arg(program);
    command
}

/// Returns the number of sockets that a process can open, with a reserve for other files.
pub(super) fn max_sockets() -> Result<usize> {
    let limit = run::checked_output(Command::new("sh").args(["-c", "ulimit -Hn"]))?;
    // "unlimited" is not a number.
    Ok(limit
        .trim()
        .parse()
        .unwrap_or(usize::MAX)
        .saturating_sub(200))
}

/// Running process; killed on drop.
pub(super) struct ChildProcess {
    child: Child,
}

impl ChildProcess {
    /// Starts a process.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        Ok(ChildProcess { child })
    }

    /// Returns the process id. `sh` and `taskset` use `exec`, so it is the program's own.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Fails if the process has exited.
    pub(super) fn expect_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("it ended: {status}"),
            None => Ok(()),
        }
    }

    /// Returns the exit status, if the process has exited.
    pub(super) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Terminates the process and waits for its exit.
    pub(super) fn stop(mut self) -> Result<()> {
        let pid = self.pid().to_string();
        run::run_checked(Command::new("kill").args(["-TERM", &pid]))?;
        wait::wait_until("a graceful end", Duration::from_secs(30), || {
            Ok(self.child.try_wait()?)
        })?;
        Ok(())
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        // Fails only if the process has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resource usage of a process.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ProcessUsage {
    /// User and system CPU time.
    pub(super) cpu_seconds: f64,
    /// Resident memory, including file pages.
    pub(super) resident_kib: u64,
    /// Private memory, without pages of mapped files.
    pub(super) private_kib: u64,
}

/// Reads the usage from /proc; all zero for a process that has exited.
pub(super) fn read_usage(pid: u32) -> ProcessUsage {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    ProcessUsage {
        cpu_seconds: parse_cpu_seconds(&stat),
        resident_kib: parse_kib(&status, "VmRSS:"),
        private_kib: parse_kib(&status, "RssAnon:"),
    }
}

/// Parses `/proc/PID/stat`. The process name may contain spaces and brackets, so fields are counted after the last
/// bracket. Assumes a clock tick of 10 ms.
fn parse_cpu_seconds(stat: &str) -> f64 {
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

fn parse_kib(status: &str, name: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_files_are_parsed() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
        assert!((parse_cpu_seconds(stat) - 2.0).abs() < 1e-9);
        assert_eq!(
            parse_kib("Name:\tx\nRssAnon:\t  1234 kB\n", "RssAnon:"),
            1234
        );
        assert!(read_usage(std::process::id()).private_kib > 0);
    }
}
