//! The server side by side with a floor: the plainest program that does the same physical work.
//!
//! Only ratios of one run on one machine mean anything: machines drift by a third within an hour. So floor and server
//! take turns, each figure is the median of several runs, and the goals are ratios wherever they can be.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::run;

pub(crate) mod baseline;
mod benchmark;
mod clock;
pub(crate) mod fanout;
pub(crate) mod load;
mod parlor_command;
mod process;
mod seed;
mod server;
mod slow_flush;
pub(crate) mod soak;
mod table;
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

/// Everything the figures need.
pub(crate) struct BenchContext {
    /// Databases of this run; removed at the end.
    run_dir: PathBuf,
    /// This program, for load and floor processes.
    own_program: PathBuf,
    /// The server under test.
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
    /// A folder for the databases of a run, and how long its figures take.
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

/// Measures, prints the table, and writes it where asked.
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
    for figure in benchmark::Benchmark::all() {
        let wanted = match only {
            [] => figure.is_default(),
            some => some.contains(figure),
        };
        if wanted {
            println!("bench: {figure:?}");
            lines.extend(
                figure
                    .measure(bench)
                    .with_context(|| format!("{figure:?}"))?,
            );
        }
    }
    Ok(lines)
}

/// The last words of both servers, which are about to be removed.
fn print_server_logs(dir: &std::path::Path) {
    for name in ["parlor.log", "floor.log"] {
        let log = std::fs::read_to_string(dir.join(name)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        for line in &lines[lines.len().saturating_sub(20)..] {
            eprintln!("{name}: {line}");
        }
    }
}
