//! Rates of `pgbench`, the program that PostgreSQL is measured with.

use std::path::Path;

use anyhow::{Context, Result};

use super::cluster::BenchCluster;
use crate::bench::BenchContext;
use crate::bench::process::{self, CpuCore};
use crate::run;

/// Text of 189 bytes, about as long as the messages of the load generator.
const TEXT: &str = "repeat('lorem ipsum dolor sit ', 9)";
const AUTHOR: &str = "'00000000-0000-7000-8000-000000000001'";
/// Rows of a statement of [`batches`].
const BATCH_ROWS: u32 = 100;

/// Returns the rows per second of transactions of one row.
pub(super) fn single_rows(
    bench: &BenchContext,
    cluster: &BenchCluster,
    connections: usize,
) -> Result<f64> {
    let script = format!(
        "\\set c random(1, 1000)\n\
         insert into message(id, conversation, seq, author, text) values (gen_random_uuid(),\
         lpad(to_hex(:c::int), 32, '0')::uuid, nextval('place'), {AUTHOR}, {TEXT});\n"
    );
    run_script(bench, cluster, &script, connections)
}

/// Returns the rows per second of one connection whose transactions insert 100 rows each.
pub(super) fn batches(bench: &BenchContext, cluster: &BenchCluster) -> Result<f64> {
    let script = format!(
        "insert into message(id, conversation, seq, author, text) select gen_random_uuid(),\
         lpad(to_hex((random() * 1000)::int), 32, '0')::uuid, nextval('place'), {AUTHOR}, {TEXT}\
         from generate_series(1, {BATCH_ROWS});\n"
    );
    Ok(run_script(bench, cluster, &script, 1)? * f64::from(BATCH_ROWS))
}

/// Runs a script for as long as a load generator and returns its transactions per second.
fn run_script(
    bench: &BenchContext,
    cluster: &BenchCluster,
    script: &str,
    connections: usize,
) -> Result<f64> {
    let file = bench.run_dir.join("pgbench.sql");
    std::fs::write(&file, script)?;
    let seconds = (bench.warmup_seconds + bench.seconds).ceil();
    let mut command = process::pinned_command(CpuCore::Client, cluster.program("pgbench"));
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
        .arg(format!("--client={connections}"))
        .arg(format!("--time={seconds}"))
        .arg(file_argument(&file))
        .arg(cluster.floor_url());
    let output = run::checked_output(&mut command)?;
    parse_rate(&output).with_context(|| format!("pgbench printed no rate: {output}"))
}

fn file_argument(file: &Path) -> String {
    format!("--file={}", file.display())
}

/// Parses the rate from `tps = 1234.5 (without initial connection time)`.
fn parse_rate(output: &str) -> Option<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_rate;

    #[test]
    fn rate_is_parsed() {
        let output = "number of failed transactions: 0 (0.000%)\n\
                      tps = 12875.25 (without initial connection time)\n";
        assert_eq!(parse_rate(output), Some(12_875.25));
        assert_eq!(parse_rate("nothing"), None);
    }
}
