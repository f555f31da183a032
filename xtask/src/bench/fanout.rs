//! Socket load generator: one process that holds many sockets, reads all frames and measures their latencies.

use anyhow::Result;

mod login;
mod plan;
mod resume;
mod soak;
mod socket;
mod stalled_reader;
mod subscribers;
mod throughput;
pub(super) mod timestamp_mark;

pub(super) use login::{LoginScript, LoginStep};
pub(super) use plan::{ChurnPlan, FanoutMode, FanoutPlan, FanoutReport, PostPlan};
pub(super) use socket::LoadSocket;

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct FanoutArgs {}

/// Line that is printed when all readers are connected. The next line is the report.
pub(super) const READY_LINE: &str = "ready";

/// Runs one plan and prints its report.
pub(crate) fn run_fanout_worker(_: FanoutArgs) -> Result<()> {
    let plan: FanoutPlan = serde_json::from_reader(std::io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let report = local.block_on(&runtime, async {
        match plan.mode.clone() {
            FanoutMode::Window { .. } | FanoutMode::Rate { .. } | FanoutMode::Idle { .. } => {
                throughput::run(&plan).await
            }
            FanoutMode::Resume(post_plan) => resume::run(&plan, &post_plan).await,
            FanoutMode::Soak(churn) => soak::run(&plan, &churn).await,
            FanoutMode::StalledReader(post_plan) => stalled_reader::run(&plan, &post_plan).await,
        }
    })?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
