//! The crowd: one process that holds many sockets, reads what comes, and measures how it came.

use anyhow::Result;

mod crowd;
mod door;
mod flow;
mod mark;
mod order;
mod resume;
mod soak;
mod socket;
mod stopped;

pub(super) use door::{Door, Step};
pub(super) use order::{Churn, Mode, Order, Post, Report};

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Said once all readers are in; the report is the line after it.
pub(super) const READY: &str = "ready";

/// Runs one order and prints its report.
pub(crate) fn fan(_: Options) -> Result<()> {
    let order: Order = serde_json::from_reader(std::io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let report = local.block_on(&runtime, async {
        match order.mode.clone() {
            Mode::Window { .. } | Mode::Rate { .. } | Mode::Idle { .. } => flow::run(&order).await,
            Mode::Resume(plan) => resume::run(&order, &plan).await,
            Mode::Soak(plan) => soak::run(&order, &plan).await,
            Mode::Stopped(plan) => stopped::run(&order, &plan).await,
        }
    })?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
