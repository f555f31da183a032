//! Latency of creates while an export runs.

use anyhow::Result;

use super::{create, space_dataset};
use crate::bench::BenchContext;
use crate::bench::load::LoadMode;
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

const REQUESTS_PER_SECOND: f64 = 1000.0;
const CONNECTIONS: usize = 64;

/// Measures the second half of goal P14.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let dataset = space_dataset::prepare(bench, bench.large_rows)?;
    let server = BenchServer::start_parlor(bench, &dataset.data_dir, DiskSpeed::Normal)?;
    let (mut calm, mut pressed) = (Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        calm.push(measure_creates(bench, &server)?);
        let seconds = bench.warmup_seconds + bench.seconds + 1.0;
        let mut plan = server.load_plan(
            "GET",
            "/api/v1/space/export",
            "Authorization",
            LoadMode::Download { seconds },
        );
        plan.headers
            .insert("Accept".to_owned(), "application/jsonl".to_owned());
        let export = LoadWorker::start(bench, "export", &plan)?;
        pressed.push(measure_creates(bench, &server)?);
        export.wait_load_report(|| {})?;
    }
    server.stop()?;
    Ok(vec![
        TableRow::amount(format!("create at {REQUESTS_PER_SECOND}/s: p99 ms"), &calm),
        TableRow::amount(
            format!("create at {REQUESTS_PER_SECOND}/s while an export runs: p99 ms"),
            &pressed,
        ),
        TableRow::ratio_of("create p99 with an export over without", &pressed, &calm)
            .with_goal("P14", Goal::AtMost(3.0, Some(2.0))),
    ])
}

fn measure_creates(bench: &BenchContext, server: &BenchServer) -> Result<f64> {
    let mode = LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: Some(REQUESTS_PER_SECOND),
    };
    Ok(server::run_load(bench, &create::create_plan(server, mode))?.p99_ms)
}
