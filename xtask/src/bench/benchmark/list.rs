//! List pages in a small and a large table: the newest page and page 300.

use anyhow::Result;

use super::{LoadRuns, space_dataset, table_rows};
use crate::bench::BenchContext;
use crate::bench::baseline::encode;
use crate::bench::load::LoadMode;
use crate::bench::server::{self, BenchServer};
use crate::bench::table::{Goal, TableRow};

const CONNECTIONS: usize = 64;

/// Newest and deep page, each with the runs of baseline and server.
type ListRuns = [[LoadRuns; 2]; 2];

/// Measures goals P8, P9 and P11.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let small = run_pages(bench, bench.small_rows)?;
    let large = run_pages(bench, bench.large_rows)?;
    let mut all = Vec::new();
    for (count, pages) in [(bench.small_rows, &small), (bench.large_rows, &large)] {
        for (page, [baseline, ours]) in ["newest 20", "20 at page 300"].iter().zip(pages) {
            let mut lines = table_rows(
                &format!("{page} of {count} spaces, c={CONNECTIONS}"),
                baseline,
                ours,
            );
            if count == bench.large_rows && *page == "newest 20" {
                lines[0] = lines[0]
                    .clone()
                    .with_goal("P8", Goal::AtLeast(0.60, Some(0.8)));
            }
            all.extend(lines);
        }
    }
    let [newest_small, _] = &small;
    let [newest, deep] = &large;
    for (side, name) in [(0, "floor"), (1, "ours")] {
        let mut growth = TableRow::ratio_of(
            format!("newest page: large table over small, {name}"),
            &newest[side].per_second,
            &newest_small[side].per_second,
        );
        let mut depth = TableRow::ratio_of(
            format!("large table: page 300 over newest, {name}"),
            &deep[side].per_second,
            &newest[side].per_second,
        );
        if side == 1 {
            growth = growth.with_goal("P9", Goal::AtLeast(0.80, Some(0.9)));
            depth = depth.with_goal("P11", Goal::AtLeast(0.9, None));
        }
        all.extend([growth, depth]);
    }
    Ok(all)
}

fn run_pages(bench: &BenchContext, count: u64) -> Result<ListRuns> {
    let dataset = space_dataset::prepare(bench, count)?;
    let servers = space_dataset::start_servers(bench, &dataset)?;
    let mut pages = ListRuns::default();
    for _ in 0..bench.runs {
        for (page, cursor) in [None, Some(dataset.deep_cursor_id)].into_iter().enumerate() {
            for (side, server) in servers.iter().enumerate() {
                let report = run_page(bench, server, cursor)?;
                pages[page][side].push(&report);
            }
        }
    }
    for server in servers {
        server.stop()?;
    }
    Ok(pages)
}

fn run_page(
    bench: &BenchContext,
    server: &BenchServer,
    cursor: Option<[u8; 16]>,
) -> Result<crate::bench::load::LoadReport> {
    let mut path = "/api/v1/space/list?take=20".to_owned();
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        let mut id = "{\"id\":\"space_".to_owned();
        encode::write_id(&mut id, &cursor);
        id.push_str("\"}");
        encode::write_base64(&mut path, id.as_bytes());
    }
    let mode = LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    };
    server::run_load(
        bench,
        &server.load_plan("GET", &path, "Authorization", mode),
    )
}
