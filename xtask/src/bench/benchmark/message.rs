//! Durable messages into one conversation and into many. Every run starts with a new copy of the same data.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};

use super::{LoadRuns, message_dataset, row_counts, table_rows};
use crate::bench::BenchContext;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::seed::messages::CONVERSATION_COUNT;
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::slow_flush;
use crate::bench::table::{Goal, TableRow};

/// Numbers of conversations that receive messages.
const CONVERSATION_COUNTS: [usize; 2] = [1, CONVERSATION_COUNT];

/// Runs of baseline and server, by number of conversations and connections.
type MessageRuns = BTreeMap<(usize, usize), [LoadRuns; 2]>;

/// Measures goals P4 and P7.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    for ((spread, connections), [baseline, ours]) in run_all(bench, DiskSpeed::Normal, &[64, 256])?
    {
        let what = format!("durable message, {}, c={connections}", label(spread));
        let mut lines = table_rows(&what, &baseline, &ours);
        lines[0] = lines[0]
            .clone()
            .with_goal("P4", Goal::AtLeast(0.65, Some(0.8)));
        if connections == 64 {
            lines[2] = lines[2]
                .clone()
                .with_goal("P7", Goal::AtMost(1.2, Some(0.6)));
        }
        all.extend(lines);
    }
    Ok(all)
}

/// Measures goal P5: messages on a slow disk.
pub(super) fn measure_slow(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let added = slow_flush::ADDED_MICROS / 1000;
    let mut all = Vec::new();
    for ((spread, connections), [baseline, ours]) in run_all(bench, DiskSpeed::Slow, &[256])? {
        let what = format!(
            "durable message, flush +{added} ms, {}, c={connections}",
            label(spread)
        );
        let mut lines = table_rows(&what, &baseline, &ours);
        lines[0] = lines[0]
            .clone()
            .with_goal("P5", Goal::AtLeast(0.75, Some(0.9)));
        all.extend(lines);
    }
    Ok(all)
}

/// Measures the time of one commit: sequential durable messages of the baseline.
pub(super) fn measure_commit(bench: &BenchContext) -> Result<LoadRuns> {
    let dataset = message_dataset::prepare(bench, 0)?;
    let dir = bench.run_dir.join("commit");
    message_dataset::copy_database(&dataset, &dir)?;
    let server = start_server(bench, &dir, 0, DiskSpeed::Normal)?;
    let path = format!("/api/v1/chats/{}/messages", dataset.seeded.conversations[0]);
    let plan = message_plan(bench, &server, &[path], 1);
    let mut runs = LoadRuns::default();
    for _ in 0..bench.runs {
        runs.push(&server::run_load(bench, &plan)?);
    }
    server.stop()?;
    std::fs::remove_dir_all(&dir)?;
    Ok(runs)
}

fn label(spread: usize) -> String {
    match spread {
        1 => "one conversation".to_owned(),
        _ => format!("{spread} conversations"),
    }
}

fn run_all(bench: &BenchContext, disk: DiskSpeed, connections: &[usize]) -> Result<MessageRuns> {
    let dataset = message_dataset::prepare(bench, 0)?;
    let before = row_counts::count_rows(&dataset.database)?;
    let mut storms = MessageRuns::new();
    let mut written = [None, None];
    for run in 0..bench.runs {
        for spread in CONVERSATION_COUNTS {
            let paths: Vec<String> = dataset.seeded.conversations[..spread]
                .iter()
                .map(|id| format!("/api/v1/chats/{id}/messages"))
                .collect();
            for &connections in connections {
                let runs = storms.entry((spread, connections)).or_default();
                let dir = bench
                    .run_dir
                    .join(format!("say-{run}-{spread}-{connections}"));
                for (side, runs) in runs.iter_mut().enumerate() {
                    if side == 1 && bench.floors_only {
                        continue;
                    }
                    message_dataset::copy_database(&dataset, &dir)?;
                    let server = start_server(bench, &dir, side, disk)?;
                    let plan = message_plan(bench, &server, &paths, connections);
                    ensure!(
                        load::request_json(&plan)?["id"].is_string(),
                        "no message was made"
                    );
                    runs.push(&server::run_load(bench, &plan)?);
                    server.stop()?;
                    written[side] = row_counts::count_rows(&dir.join("parlor.db")).ok();
                    std::fs::remove_dir_all(&dir)?;
                }
            }
        }
    }
    for (name, rows) in ["floor", "ours"].into_iter().zip(written) {
        if let Some(rows) = rows {
            let new = rows.minus(&before);
            println!(
                "bench: rows per message, {name}: {}",
                new.per_row_of("message")
            );
        }
    }
    Ok(storms)
}

fn start_server(
    bench: &BenchContext,
    dir: &Path,
    side: usize,
    disk: DiskSpeed,
) -> Result<BenchServer> {
    if side == 0 {
        BenchServer::start_baseline(bench, "message", Some(&dir.join("parlor.db")), disk)
    } else {
        BenchServer::start_parlor(bench, dir, disk)
    }
}

fn message_plan(
    bench: &BenchContext,
    server: &BenchServer,
    paths: &[String],
    connections: usize,
) -> LoadPlan {
    let mode = LoadMode::Repeat {
        connections,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    };
    let mut plan = server.load_plan("POST", "", "X-API-Key", mode);
    plan.paths = paths.to_vec();
    plan.body = Some(format!(r#"{{"content":"{MESSAGE_TEXT}"}}"#));
    plan
}

/// Text of about 200 bytes.
pub(super) const MESSAGE_TEXT: &str = "The shipment of the second half of the order has left the warehouse this morning and will \
    arrive on Thursday between nine and noon; somebody has to be there to sign for it, any adult will do.";
