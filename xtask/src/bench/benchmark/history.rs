//! History pages of one long conversation in a small and a large database: newest page, longer page, and a page far
//! back.

use anyhow::{Context, Result, ensure};

use super::message_dataset::{self, MessageDataset};
use super::{LoadRuns, table_rows};
use crate::bench::BenchContext;
use crate::bench::load::{self, LoadMode};
use crate::bench::server;
use crate::bench::table::{Goal, TableRow};

const CONNECTIONS: usize = 64;
/// Offset of the deep page: 300 pages of 20 messages.
const DEEP_OFFSET: i64 = 300 * 20;

const PAGE_CASES: [(&str, i64, bool); 3] = [
    ("newest 20", 20, false),
    ("newest 50", 50, false),
    ("20 at page 300", 20, true),
];

/// Runs of baseline and server, by page.
type HistoryRuns = Vec<[LoadRuns; 2]>;

/// Measures goals P8, P9 and P11 for messages.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let small = run_pages(
        bench,
        &message_dataset::prepare(bench, bench.small_rows)?,
        &PAGE_CASES,
    )?;
    let large = run_pages(
        bench,
        &message_dataset::prepare(bench, bench.large_rows)?,
        &PAGE_CASES,
    )?;
    let mut all = Vec::new();
    for (count, pages) in [(bench.small_rows, &small), (bench.large_rows, &large)] {
        for ((page, ..), [baseline, ours]) in PAGE_CASES.iter().zip(pages) {
            let what = format!("{page} of {count} messages, c={CONNECTIONS}");
            let mut lines = table_rows(&what, baseline, ours);
            if count == bench.large_rows {
                lines[0] = lines[0]
                    .clone()
                    .with_goal("P8", Goal::AtLeast(0.60, Some(0.8)));
            }
            all.extend(lines);
        }
    }
    for (side, name) in [(0, "floor"), (1, "ours")] {
        let mut growth = TableRow::ratio_of(
            format!("newest messages: large database over small, {name}"),
            &large[0][side].per_second,
            &small[0][side].per_second,
        );
        let mut depth = TableRow::ratio_of(
            format!("large database: messages of page 300 over newest, {name}"),
            &large[2][side].per_second,
            &large[0][side].per_second,
        );
        if side == 1 {
            growth = growth.with_goal("P9", Goal::AtLeast(0.80, Some(0.9)));
            depth = depth.with_goal("P11", Goal::AtLeast(0.9, None));
        }
        all.extend([growth, depth]);
    }
    Ok(all)
}

/// Measures goal P10 for messages.
pub(super) fn measure_long(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let newest = &PAGE_CASES[..1];
    let long = if bench.runs == 1 { 40_000 } else { 10_000_000 };
    let small = run_pages(
        bench,
        &message_dataset::prepare_without_index(bench, bench.small_rows)?,
        newest,
    )?;
    let large = run_pages(
        bench,
        &message_dataset::prepare_without_index(bench, long)?,
        newest,
    )?;
    let mut all = Vec::new();
    for (count, [baseline, ours]) in [(bench.small_rows, &small[0]), (long, &large[0])] {
        let what = format!("newest 20 of {count} messages, c={CONNECTIONS}");
        all.extend(table_rows(&what, baseline, ours));
    }
    for (side, name) in [(0, "floor"), (1, "ours")] {
        let growth = TableRow::ratio_of(
            format!("newest of {long} messages over newest of few, {name}"),
            &large[0][side].per_second,
            &small[0][side].per_second,
        );
        all.push(match side {
            1 => growth.with_goal("P10", Goal::AtLeast(0.70, Some(0.8))),
            _ => growth,
        });
    }
    Ok(all)
}

fn run_pages(
    bench: &BenchContext,
    dataset: &MessageDataset,
    cases: &[(&str, i64, bool)],
) -> Result<HistoryRuns> {
    let servers = message_dataset::start_servers(bench, dataset)?;
    let mut pages: HistoryRuns = cases.iter().map(|_| <[LoadRuns; 2]>::default()).collect();
    for _ in 0..bench.runs {
        for ((_, limit, deep), page) in cases.iter().copied().zip(&mut pages) {
            let path = page_path(dataset, limit, deep)?;
            for (server, runs) in servers.iter().zip(page) {
                let mode = LoadMode::Repeat {
                    connections: CONNECTIONS,
                    warm: bench.warmup_seconds,
                    seconds: bench.seconds,
                    rate: None,
                };
                let plan = server.load_plan("GET", &path, "X-API-Key", mode);
                let answer = load::request_json(&plan)?;
                let got = answer["messages"].as_array().map(Vec::len);
                ensure!(
                    got == usize::try_from(limit).ok(),
                    "{path}: {got:?} messages"
                );
                ensure!(
                    answer["total"] == dataset.seeded.long_messages,
                    "{path}: a wrong total"
                );
                runs.push(&server::run_load(bench, &plan)?);
            }
        }
    }
    for server in servers {
        server.stop()?;
    }
    Ok(pages)
}

fn page_path(dataset: &MessageDataset, limit: i64, deep: bool) -> Result<String> {
    let long = dataset
        .seeded
        .conversations
        .first()
        .context("no conversation")?;
    let mut path = format!("/api/v1/chats/{long}/messages?order=desc&limit={limit}");
    if deep {
        let before = dataset.seeded.long_messages + 2 - DEEP_OFFSET;
        path.push_str(&format!("&before_seq={before}"));
    }
    Ok(path)
}
