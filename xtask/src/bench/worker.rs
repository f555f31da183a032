//! Load generator processes, each on a core of its own. They read a plan and write a report.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::load::{LoadMode, LoadPlan, LoadReport};
use super::process::{self, ChildProcess, CpuCore};
use super::{BenchContext, wait};

/// Running load generator.
pub(super) struct LoadWorker {
    process: ChildProcess,
    output: PathBuf,
    timeout: Duration,
}

impl LoadWorker {
    /// Starts an HTTP load generator.
    pub(super) fn start(bench: &BenchContext, name: &str, plan: &LoadPlan) -> Result<Self> {
        let seconds = match plan.mode {
            LoadMode::Repeat { warm, seconds, .. } => warm + seconds,
            LoadMode::Download { seconds } => seconds,
        };
        let limit = Duration::from_secs_f64(seconds) + Duration::from_secs(120);
        Self::launch(bench, "load", name, plan, limit)
    }

    /// Starts a subcommand of this program with a plan.
    pub(super) fn launch(
        bench: &BenchContext,
        subcommand: &str,
        name: &str,
        plan: &impl Serialize,
        limit: Duration,
    ) -> Result<Self> {
        let output = bench.run_dir.join(format!("{name}.report"));
        let input = bench.run_dir.join(format!("{name}.order"));
        write_private(&input, &serde_json::to_vec(plan)?)?;
        let mut command = process::pinned_command(CpuCore::Client, &bench.own_program);
        command
            .arg(subcommand)
            .stdin(std::fs::File::open(&input)?)
            .stdout(std::fs::File::create(&output)?);
        Ok(LoadWorker {
            process: ChildProcess::start(&mut command)?,
            output,
            timeout: limit,
        })
    }

    /// Waits for the report of an HTTP load generator; calls `meanwhile` while polling.
    pub(super) fn wait_load_report(self, meanwhile: impl FnMut()) -> Result<LoadReport> {
        let report: LoadReport = self.wait_report(meanwhile)?;
        if let Some(failure) = &report.first_failure {
            bail!(
                "{} requests failed, the first with: {failure}",
                report.failed
            );
        }
        if report.done == 0 {
            bail!("no request finished");
        }
        Ok(report)
    }

    /// Waits for the exit and parses the last line as the report.
    pub(super) fn wait_report<T: DeserializeOwned>(
        mut self,
        mut meanwhile: impl FnMut(),
    ) -> Result<T> {
        let status = wait::wait_until("the load generator", self.timeout, || {
            meanwhile();
            self.process.try_wait()
        })?;
        if !status.success() {
            bail!("the load generator failed: {status}");
        }
        let output = std::fs::read_to_string(&self.output)?;
        let last = output.lines().last().context("no report")?;
        Ok(serde_json::from_str(last)?)
    }

    /// Waits until the process has printed a line.
    pub(super) fn wait_for_line(&mut self, line: &str) -> Result<()> {
        wait::wait_until("a word of the load generator", self.timeout, || {
            self.process.expect_alive()?;
            let output = std::fs::read_to_string(&self.output)?;
            Ok(output.lines().any(|found| found == line).then_some(()))
        })
    }
}

/// Writes a file with mode 0600, since plans may contain keys.
fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    Ok(())
}
