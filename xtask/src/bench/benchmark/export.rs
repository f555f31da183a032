//! Exports of a large table in three formats: rows per second, time to first byte, memory.

use anyhow::Result;

use super::space_dataset;
use crate::bench::BenchContext;
use crate::bench::load::LoadMode;
use crate::bench::server::BenchServer;
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

const FORMATS: [(&str, &str); 3] = [
    ("JSON", "application/json"),
    ("JSONL", "application/jsonl"),
    ("CSV", "text/csv"),
];

#[derive(Default)]
struct ExportRuns {
    rows: Vec<f64>,
    megabytes: Vec<f64>,
    first_byte_ms: Vec<f64>,
    memory_mib: Vec<f64>,
}

/// Measures goals P12, P13 and the time to first byte of P14.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let count = bench.large_rows;
    let dataset = space_dataset::prepare(bench, count)?;
    let servers = space_dataset::start_servers(bench, &dataset)?;
    // Measured before any export, because exports leave memory behind.
    let idle: Vec<u64> = servers
        .iter()
        .map(|server| server.usage().private_kib)
        .collect();
    let mut all = Vec::new();
    for (form, accept) in FORMATS {
        let mut runs = [ExportRuns::default(), ExportRuns::default()];
        for _ in 0..bench.runs {
            for ((server, runs), idle) in servers.iter().zip(&mut runs).zip(&idle) {
                run_export(bench, server, accept, *idle, runs)?;
            }
        }
        let [baseline, ours] = &runs;
        let what = format!("{form} export of {count} spaces");
        all.extend([
            TableRow::compared(format!("{what}: rows/s"), &baseline.rows, &ours.rows)
                .with_goal("P12", Goal::AtLeast(0.60, Some(0.8))),
            TableRow::compared(format!("{what}: MB"), &baseline.megabytes, &ours.megabytes),
            TableRow::compared(
                format!("{what}: first byte ms"),
                &baseline.first_byte_ms,
                &ours.first_byte_ms,
            )
            .with_absolute_goal()
            .with_goal("P14", Goal::AtMost(20.0, None)),
            TableRow::compared(
                format!("{what}: private MiB over idle"),
                &baseline.memory_mib,
                &ours.memory_mib,
            )
            .with_absolute_goal()
            .with_goal("P13", Goal::AtMost(16.0, Some(8.0))),
        ]);
    }
    for server in servers {
        server.stop()?;
    }
    Ok(all)
}

fn run_export(
    bench: &BenchContext,
    server: &BenchServer,
    accept: &str,
    idle: u64,
    runs: &mut ExportRuns,
) -> Result<()> {
    let mut plan = server.load_plan(
        "GET",
        "/api/v1/space/export",
        "Authorization",
        LoadMode::Download { seconds: 0.0 },
    );
    plan.headers.insert("Accept".to_owned(), accept.to_owned());
    let mut peak = idle;
    let client = LoadWorker::start(bench, "export", &plan)?;
    let report = client.wait_load_report(|| peak = peak.max(server.usage().private_kib))?;
    runs.rows.push(bench.large_rows as f64 / report.seconds);
    runs.megabytes.push(report.bytes as f64 / 1e6);
    runs.first_byte_ms.push(report.first_byte_ms);
    runs.memory_mib
        .push(peak.saturating_sub(idle) as f64 / 1024.0);
    Ok(())
}
