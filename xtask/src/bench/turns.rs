//! Load generator of turns: one process that plays the model, asks in many conversations at once and reads the answers.
//! Model and readers share a clock, so each piece of an answer tells how long it was on its way.

use anyhow::Result;

mod asker;
mod model_server;
mod plan;
mod run;
mod turn_times;

pub(super) use plan::{ModelScript, TurnLoadPlan, TurnLoadReport, TurnTransport};

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct TurnArgs {}

/// Runs one plan and prints its report.
pub(crate) fn run_turn_worker(_: TurnArgs) -> Result<()> {
    let plan: TurnLoadPlan = serde_json::from_reader(std::io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let report = local.block_on(&runtime, run::run(&plan))?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
