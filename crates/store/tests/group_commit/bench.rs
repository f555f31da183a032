//! Cost of the store's interface over SQLite: the same rows written by a bare group commit and through the store,
//! alternating in one run.
//!
//! `cargo bench -p parlor-store --bench group_commit -- [--seconds S] [--rounds N] [--depths 1,16,64,256]`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints its results"
)]

use std::time::{Duration, Instant};

mod baseline;
mod fixture;
mod via_store;

use fixture::TestWorkspace;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Parameters of a measurement.
#[derive(Clone, Copy)]
struct Load {
    /// Number of concurrent requests.
    depth: usize,
    duration: Duration,
}

impl Load {
    /// Returns answers per second.
    fn rate(answers: u64, since: Instant) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a count of some seconds")]
        let answers = answers as f64;
        answers / since.elapsed().as_secs_f64()
    }
}

type MeasureFn = fn(&TestWorkspace, Load) -> f64;

/// Pairs that write the same rows: baseline, then store.
const COMPARISONS: [(&str, MeasureFn, MeasureFn); 4] = [
    ("create: bare, store", baseline::creates, via_store::creates),
    (
        "message: bare, store",
        baseline::messages,
        via_store::messages,
    ),
    (
        "message: bare, bare with foreign keys",
        baseline::messages,
        baseline::messages_with_foreign_keys,
    ),
    (
        "message: store, store with conditions",
        via_store::messages,
        via_store::messages_with_conditions,
    ),
];

fn main() {
    let seconds: f64 = option("--seconds").map_or(1.5, |text| must(text.parse()));
    let rounds: usize = option("--rounds").map_or(3, |text| must(text.parse()));
    let depths = option("--depths").unwrap_or_else(|| "1,16,64,256".to_owned());
    println!(
        "rows/s, median of {rounds} rounds of {seconds} s each, every figure on a fresh database"
    );
    println!("| rows | depth | first | second | ratio |\n| --- | --- | --- | --- | --- |");
    for (name, bare, ours) in COMPARISONS {
        for depth in depths.split(',') {
            let load = Load {
                depth: must(depth.parse()),
                duration: Duration::from_secs_f64(seconds),
            };
            let (mut floor, mut got) = (Vec::new(), Vec::new());
            // Alternating, so that both see the same state of the machine.
            for _ in 0..rounds {
                floor.push(bare(&TestWorkspace::new(), load));
                got.push(ours(&TestWorkspace::new(), load));
            }
            let (floor, got) = (median(floor), median(got));
            println!(
                "| {name} | {depth} | {floor:.0} | {got:.0} | {:.2} |",
                got / floor
            );
        }
    }
}

fn option(name: &str) -> Option<String> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1)
}

/// Returns the value or aborts the measurement.
fn must<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("group_commit: {error:?}");
        std::process::exit(1)
    })
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
