//! The crowd: one process that holds many sockets, reads what comes, and measures how it came.

use anyhow::Result;

mod login;
mod plan;
mod resume;
mod soak;
mod socket;
mod stalled_reader;
mod subscribers;
mod throughput;
mod timestamp_mark;

pub(super) use login::{LoginScript, LoginStep};
pub(super) use plan::{ChurnPlan, FanoutMode, FanoutPlan, FanoutReport, PostPlan};

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct FanoutArgs {}

/// Said once all readers are in; the report is the line after it.
pub(super) const READY_LINE: &str = "ready";

/// Runs one order and prints its report.
pub(crate) fn run_fanout_worker(_: FanoutArgs) -> Result<()> {
    let order: FanoutPlan = serde_json::from_reader(std::io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let report = local.block_on(&runtime, async {
        match order.mode.clone() {
            FanoutMode::Window { .. } | FanoutMode::Rate { .. } | FanoutMode::Idle { .. } => {
                throughput::run(&order).await
            }
            FanoutMode::Resume(plan) => resume::run(&order, &plan).await,
            FanoutMode::Soak(plan) => soak::run(&order, &plan).await,
            FanoutMode::StalledReader(plan) => stalled_reader::run(&order, &plan).await,
        }
    })?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
