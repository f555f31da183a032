//! Exports of a large table in three forms: rows per second, first byte, memory.

use anyhow::Result;

use super::dataset;
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::load::Mode;
use crate::bench::server::Server;
use crate::bench::table::{Goal, Line};

const FORMS: [(&str, &str); 3] = [
    ("JSON", "application/json"),
    ("JSONL", "application/jsonl"),
    ("CSV", "text/csv"),
];

#[derive(Default)]
struct Runs {
    rows: Vec<f64>,
    megabytes: Vec<f64>,
    first_byte_ms: Vec<f64>,
    memory_mib: Vec<f64>,
}

/// P12, P13 and the first byte of P14.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let count = bench.large;
    let dataset = dataset::of_size(bench, count)?;
    let servers = dataset::servers(bench, &dataset)?;
    // Before any export: what one leaves behind must not count as idle for the next.
    let idle: Vec<u64> = servers
        .iter()
        .map(|server| server.reading().private_kib)
        .collect();
    let mut all = Vec::new();
    for (form, accept) in FORMS {
        let mut runs = [Runs::default(), Runs::default()];
        for _ in 0..bench.runs {
            for ((server, runs), idle) in servers.iter().zip(&mut runs).zip(&idle) {
                run(bench, server, accept, *idle, runs)?;
            }
        }
        let [floor, ours] = &runs;
        let what = format!("{form} export of {count} spaces");
        all.extend([
            Line::beside(format!("{what}: rows/s"), &floor.rows, &ours.rows)
                .goal("P12", Goal::AtLeast(0.60, Some(0.8))),
            Line::beside(format!("{what}: MB"), &floor.megabytes, &ours.megabytes),
            Line::beside(
                format!("{what}: first byte ms"),
                &floor.first_byte_ms,
                &ours.first_byte_ms,
            )
            .by_amount()
            .goal("P14", Goal::AtMost(20.0, None)),
            Line::beside(
                format!("{what}: private MiB over idle"),
                &floor.memory_mib,
                &ours.memory_mib,
            )
            .by_amount()
            .goal("P13", Goal::AtMost(16.0, Some(8.0))),
        ]);
    }
    for server in servers {
        server.stop()?;
    }
    Ok(all)
}

fn run(bench: &Bench, server: &Server, accept: &str, idle: u64, runs: &mut Runs) -> Result<()> {
    let mut order = server.order(
        "GET",
        "/api/v1/space/export",
        "Authorization",
        Mode::Stream { seconds: 0.0 },
    );
    order.headers.insert("Accept".to_owned(), accept.to_owned());
    let mut peak = idle;
    let client = Client::start(bench, "export", &order)?;
    let report = client.finish(|| peak = peak.max(server.reading().private_kib))?;
    runs.rows.push(bench.large as f64 / report.seconds);
    runs.megabytes.push(report.bytes as f64 / 1e6);
    runs.first_byte_ms.push(report.first_byte_ms);
    runs.memory_mib
        .push(peak.saturating_sub(idle) as f64 / 1024.0);
    Ok(())
}
