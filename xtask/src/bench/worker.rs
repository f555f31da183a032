//! Load generators: processes of their own on a core of their own, with an order to read and a report to write.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::load::{LoadMode, LoadPlan, LoadReport};
use super::process::{self, ChildProcess, CpuCore};
use super::{BenchContext, wait};

/// A load generator at work.
pub(super) struct LoadWorker {
    process: ChildProcess,
    output: PathBuf,
    timeout: Duration,
}

impl LoadWorker {
    /// Starts one that repeats a request.
    pub(super) fn start(bench: &BenchContext, name: &str, order: &LoadPlan) -> Result<Self> {
        let seconds = match order.mode {
            LoadMode::Repeat { warm, seconds, .. } => warm + seconds,
            LoadMode::Download { seconds } => seconds,
        };
        let limit = Duration::from_secs_f64(seconds) + Duration::from_secs(120);
        Self::launch(bench, "load", name, order, limit)
    }

    /// Starts one of this program's subcommands with an order.
    pub(super) fn launch(
        bench: &BenchContext,
        subcommand: &str,
        name: &str,
        order: &impl Serialize,
        limit: Duration,
    ) -> Result<Self> {
        let output = bench.run_dir.join(format!("{name}.report"));
        let input = bench.run_dir.join(format!("{name}.order"));
        write_private(&input, &serde_json::to_vec(order)?)?;
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

    /// Waits for its report, looking at something meanwhile.
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

    /// Waits for its last line.
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
        let said = std::fs::read_to_string(&self.output)?;
        let last = said.lines().last().context("no report")?;
        Ok(serde_json::from_str(last)?)
    }

    /// Waits until it has said a line.
    pub(super) fn wait_for_line(&mut self, line: &str) -> Result<()> {
        wait::wait_until("a word of the load generator", self.timeout, || {
            self.process.expect_alive()?;
            let said = std::fs::read_to_string(&self.output)?;
            Ok(said.lines().any(|found| found == line).then_some(()))
        })
    }
}

/// An order may hold a key: for the owner's eyes only.
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
