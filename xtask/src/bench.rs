//! Benchmarks that compare the server with baseline servers: minimal programs that do the same physical work.
//!
//! Only ratios within one run on one machine are meaningful, because a machine's speed drifts by a third within an
//! hour. Baseline and server therefore alternate, each figure is the median of several runs, and most goals are ratios.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::run;

pub(crate) mod baseline;
mod benchmark;
mod clock;
pub(crate) mod fanout;
pub(crate) mod load;
pub(crate) mod outbox;
mod parlor_command;
mod process;
mod seed;
mod server;
mod slow_flush;
pub(crate) mod soak;
mod table;
pub(crate) mod turns;
mod wait;
mod worker;

/// What to measure, and where to write it.
#[derive(clap::Args)]
pub(crate) struct BenchOptions {
    /// Short runs on small data: shows that everything works, proves nothing about goals.
    #[arg(long)]
    quick: bool,
    /// Only the named figures.
    #[arg(long, value_enum)]
    only: Vec<benchmark::Benchmark>,
    /// Write the table to FILE.md and FILE.json.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Measure the floors against themselves, where there is no server yet.
    #[arg(long, hide = true)]
    floors_only: bool,
}

/// Parameters and paths of a benchmark run.
pub(crate) struct BenchContext {
    /// Folder of the databases of this run; removed at the end.
    run_dir: PathBuf,
    /// This program, which also runs as load generator and baseline server.
    own_program: PathBuf,
    /// Server under test.
    parlor_program: PathBuf,
    slow_flush_library: PathBuf,
    floors_only: bool,
    runs: usize,
    seconds: f64,
    warmup_seconds: f64,
    small_rows: u64,
    large_rows: u64,
}

impl BenchContext {
    /// Creates the folder of a run and chooses durations and data sizes.
    fn prepare(quick: bool, floors_only: bool) -> Result<Self> {
        let target = run::target_dir()?;
        let dir = target.join(format!("xtask/bench-{}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(BenchContext {
            own_program: std::env::current_exe()?,
            parlor_program: std::env::current_exe()?.with_file_name("parlor"),
            slow_flush_library: slow_flush::compile_library(&target.join("xtask"))?,
            floors_only,
            runs: if quick { 1 } else { 3 },
            seconds: if quick { 0.6 } else { 3.0 },
            warmup_seconds: if quick { 0.2 } else { 1.0 },
            small_rows: 10_000,
            large_rows: if quick { 20_000 } else { 1_000_000 },
            run_dir: dir,
        })
    }
}

/// Runs the benchmarks, prints the table and writes it to files if requested.
pub(crate) fn bench(options: &BenchOptions) -> Result<()> {
    let quick = options.quick;
    let bench = BenchContext::prepare(quick, options.floors_only)?;
    let started = Instant::now();
    let measured = measure(&bench, &options.only);
    if measured.is_err() {
        print_server_logs(&bench.run_dir);
    }
    std::fs::remove_dir_all(&bench.run_dir).context("cannot remove the databases of this run")?;
    let lines = measured?;
    let table = table::ResultTable::new(lines, quick);
    println!("\n{}", table.to_markdown());
    println!("took {} s", started.elapsed().as_secs());
    if let Some(out) = &options.out {
        table.write(out)?;
    }
    Ok(())
}

fn measure(bench: &BenchContext, only: &[benchmark::Benchmark]) -> Result<Vec<table::TableRow>> {
    let mut lines = Vec::new();
    for benchmark in benchmark::Benchmark::all() {
        let is_selected = match only {
            [] => benchmark.is_default(),
            some => some.contains(benchmark),
        };
        if is_selected {
            println!("bench: {benchmark:?}");
            lines.extend(
                benchmark
                    .measure(bench)
                    .with_context(|| format!("{benchmark:?}"))?,
            );
        }
    }
    Ok(lines)
}

/// Prints the last lines of the server logs, which are removed afterwards.
fn print_server_logs(dir: &std::path::Path) {
    for name in ["parlor.log", "floor.log"] {
        let log = std::fs::read_to_string(dir.join(name)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        for line in &lines[lines.len().saturating_sub(20)..] {
            eprintln!("{name}: {line}");
        }
    }
}
