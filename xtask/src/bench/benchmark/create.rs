//! Durable creates. Every run starts with new databases, because throughput falls as files grow.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{LoadRuns, row_counts, table_rows};
use crate::bench::load::{LoadMode, LoadPlan};
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::slow_flush;
use crate::bench::table::{Goal, TableRow};
use crate::bench::{BenchContext, process};

const CONNECTIONS: [usize; 3] = [1, 64, 256];

/// Measures goals P2 and P3.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    for (connections, [baseline, ours]) in run_all(bench, DiskSpeed::Normal)? {
        let mut lines = table_rows(
            &format!("durable create, c={connections}"),
            &baseline,
            &ours,
        );
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

/// Measures goal P6: on a slow disk, throughput depends on group commit.
pub(super) fn measure_slow(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let storms = run_all(bench, DiskSpeed::Slow)?;
    let added = slow_flush::ADDED_MICROS / 1000;
    let mut all = Vec::new();
    for (connections, [baseline, ours]) in &storms {
        let what = format!("durable create, flush +{added} ms, c={connections}");
        all.extend(table_rows(&what, baseline, ours));
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
        let baseline = BenchServer::start_baseline(bench, "create", Some(&database), disk)?;
        run_side(bench, &mut storms, 0, baseline)?;
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
    // The baseline is valid only if it writes the same rows as the server.
    let [baseline, ours] = rows;
    for (name, rows) in [("floor", baseline), ("ours", ours)] {
        if let Some(rows) = rows {
            println!(
                "bench: rows per create, {name}: {}",
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

/// Builds the plan that creates conversations.
pub(super) fn create_plan(server: &BenchServer, mode: LoadMode) -> LoadPlan {
    let mut plan = server.load_plan("POST", "/api/v1/chats/", "X-API-Key", mode);
    plan.body = Some(r#"{"user_id":"user123","title":"Quarterly planning"}"#.to_owned());
    plan
}
