//! Load generator of the outbox: one process that plays the carrier of text messages, and that may post messages at a fixed
//! rate. Both share a clock, so each message tells how long after its answer it was at the carrier.

use anyhow::Result;

mod carrier;
mod plan;
mod run;

pub(super) use plan::{OutboxLoadPlan, OutboxLoadReport, PacedPosts};

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct OutboxArgs {}

/// Runs one plan and prints its report.
pub(crate) fn run_outbox_worker(_: OutboxArgs) -> Result<()> {
    let plan: OutboxLoadPlan = serde_json::from_reader(std::io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let report = local.block_on(&runtime, run::run(&plan))?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
