//! Durable creates, each run on fresh databases: figures fall as files grow, so both sides start from nothing.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{LoadRuns, row_counts, table_rows};
use crate::bench::load::{LoadMode, LoadPlan};
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::slow_flush;
use crate::bench::table::{Goal, TableRow};
use crate::bench::{BenchContext, process};

const CONNECTIONS: [usize; 3] = [1, 64, 256];

/// P2 and P3.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    for (connections, [floor, ours]) in run_all(bench, DiskSpeed::Normal)? {
        let mut lines = table_rows(&format!("durable create, c={connections}"), &floor, &ours);
        lines[0] = if connections == 1 {
            lines[0]
                .clone()
                .with_goal("P2", Goal::AtLeast(0.75, Some(0.9)))
        } else {
            lines[0]
                .clone()
                .with_goal("P3", Goal::AtLeast(0.50, Some(0.65)))
        };
        all.extend(lines);
    }
    Ok(all)
}

/// P6: on a slower disk only a shared flush keeps the rate up.
pub(super) fn measure_slow(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let storms = run_all(bench, DiskSpeed::Slow)?;
    let added = slow_flush::ADDED_MICROS / 1000;
    let mut all = Vec::new();
    for (connections, [floor, ours]) in &storms {
        let what = format!("durable create, flush +{added} ms, c={connections}");
        all.extend(table_rows(&what, floor, ours));
    }
    let rate = |connections, side: usize| {
        storms
            .get(&connections)
            .map_or(&[][..], |runs: &[LoadRuns; 2]| &runs[side].per_second)
    };
    let name = format!("flush +{added} ms: creates/s at 256 over 1");
    all.push(TableRow::ratio_of(
        format!("{name}, floor"),
        rate(256, 0),
        rate(1, 0),
    ));
    all.push(
        TableRow::ratio_of(name, rate(256, 1), rate(1, 1))
            .with_goal("P6", Goal::AtLeast(40.0, Some(50.0))),
    );
    Ok(all)
}

type CreateRuns = BTreeMap<usize, [LoadRuns; 2]>;

fn run_all(bench: &BenchContext, disk: DiskSpeed) -> Result<CreateRuns> {
    let mut storms = CreateRuns::new();
    let mut rows = [None, None];
    for _ in 0..bench.runs {
        let dir = bench.run_dir.join("create");
        process::create_private_dir(&dir)?;
        let database = dir.join("floor.db");
        let floor = BenchServer::start_baseline(bench, "create", Some(&database), disk)?;
        run_side(bench, &mut storms, 0, floor)?;
        rows[0] = row_counts::count_rows(&database).ok();
        if !bench.floors_only {
            let data = dir.join("ours");
            run_side(
                bench,
                &mut storms,
                1,
                BenchServer::start_parlor(bench, &data, disk)?,
            )?;
            rows[1] = row_counts::count_rows(&data.join("parlor.db")).ok();
        }
        std::fs::remove_dir_all(&dir)?;
    }
    // The floor is only a floor while it writes what the server writes.
    let [floor, ours] = rows;
    for (who, rows) in [("floor", floor), ("ours", ours)] {
        if let Some(rows) = rows {
            println!(
                "bench: rows per create, {who}: {}",
                rows.per_row_of("conversation")
            );
        }
    }
    Ok(storms)
}

fn run_side(
    bench: &BenchContext,
    storms: &mut CreateRuns,
    side: usize,
    server: BenchServer,
) -> Result<()> {
    for connections in CONNECTIONS {
        let mode = LoadMode::Repeat {
            connections,
            warm: bench.warmup_seconds,
            seconds: bench.seconds,
            rate: None,
        };
        let report = server::run_load(bench, &create_plan(&server, mode))?;
        storms.entry(connections).or_default()[side].push(&report);
    }
    server.stop()
}

/// One create.
pub(super) fn create_plan(server: &BenchServer, mode: LoadMode) -> LoadPlan {
    let mut order = server.load_plan("POST", "/api/v1/chats/", "X-API-Key", mode);
    order.body = Some(r#"{"user_id":"user123","title":"Quarterly planning"}"#.to_owned());
    order
}
