//! Development commands of the repository, run as `cargo xtask <name>`: setup, tests, tidy, CI, benchmarks.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool prints to the terminal"
)]

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[cfg(feature = "bench")]
mod bench;
mod ci;
mod dist;
#[cfg(not(feature = "bench"))]
mod release_build;
mod run;
mod screenshots;
mod setup;
mod test;
mod tidy;

/// Allocator of the baseline servers; the same as the server's, so that the comparison is fair.
#[cfg(feature = "bench")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the Parlor repository")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the tests need, or say exactly what to install.
    Setup,
    /// Set up, then run every test of the workspace.
    Test(test::TestOptions),
    /// Take a picture of every page of the console, into `target/screenshots`.
    Screenshots,
    /// Check the rules of the house that no compiler checks.
    Tidy,
    /// Build the release and split its debug information into a file of its own, in `target/dist`.
    Dist,
    /// Format, lints, tidy, tests: what must pass before a change goes in.
    Ci,
    /// Measure the server side by side with a bare floor that does the same physical work.
    #[cfg(feature = "bench")]
    Bench(bench::BenchOptions),
    /// Measure the server side by side with a bare floor that does the same physical work.
    #[cfg(not(feature = "bench"))]
    Bench {
        /// Options of the benchmark, see `cargo xtask bench --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Let clients come and go for minutes, and see that the server holds no more at the end than at first.
    #[cfg(feature = "bench")]
    Soak(bench::soak::SoakOptions),
    /// Let clients come and go for minutes, and see that the server holds no more at the end than at first.
    #[cfg(not(feature = "bench"))]
    Soak {
        /// Options of the soak, see `cargo xtask soak --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// One load run as a process of its own; used by `bench`.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    Load(bench::load::LoadArgs),
    /// One crowd of sockets as a process of its own; used by `bench`.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    Fan(bench::fanout::FanoutArgs),
    /// One crowd of askers, and the model that answers them, as a process of its own; used by `bench`.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    Turns(bench::turns::TurnArgs),
    /// One carrier, and what is posted for it, as a process of its own; used by `bench`.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    Outbox(bench::outbox::OutboxArgs),
    /// One floor server as a process of its own; used by `bench`.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    Floor(bench::baseline::BaselineArgs),
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(chore: Chore) -> Result<()> {
    match chore {
        Chore::Setup => setup::setup(setup::InstallPolicy::Allowed).map(|_| ()),
        Chore::Test(options) => test::test(&options),
        Chore::Screenshots => screenshots::screenshots(),
        Chore::Tidy => tidy::tidy(),
        Chore::Ci => ci::ci(),
        Chore::Dist => dist::dist(),
        #[cfg(feature = "bench")]
        Chore::Bench(options) => bench::bench(&options),
        #[cfg(not(feature = "bench"))]
        Chore::Bench { options } => release_build::run_release("bench", &options),
        #[cfg(feature = "bench")]
        Chore::Soak(options) => bench::soak::soak(&options),
        #[cfg(not(feature = "bench"))]
        Chore::Soak { options } => release_build::run_release("soak", &options),
        #[cfg(feature = "bench")]
        Chore::Load(options) => bench::load::run_load_worker(options),
        #[cfg(feature = "bench")]
        Chore::Fan(options) => bench::fanout::run_fanout_worker(options),
        #[cfg(feature = "bench")]
        Chore::Turns(options) => bench::turns::run_turn_worker(options),
        #[cfg(feature = "bench")]
        Chore::Outbox(options) => bench::outbox::run_outbox_worker(options),
        #[cfg(feature = "bench")]
        Chore::Floor(options) => bench::baseline::run_baseline(&options),
    }
}
