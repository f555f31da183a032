//! Pages of a list: newest and 300 deep, in a small and in a large table.

use anyhow::Result;

use super::{Runs, dataset, lines};
use crate::bench::Bench;
use crate::bench::floor::spell;
use crate::bench::load::Mode;
use crate::bench::server::{self, Server};
use crate::bench::table::{Goal, Line};

const CONNECTIONS: usize = 64;

/// Newest and deep, each with the runs of floor and ours.
type Pages = [[Runs; 2]; 2];

/// P8, P9 and P11.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let small = pages(bench, bench.small)?;
    let large = pages(bench, bench.large)?;
    let mut all = Vec::new();
    for (count, pages) in [(bench.small, &small), (bench.large, &large)] {
        for (place, [floor, ours]) in ["newest 20", "20 at page 300"].iter().zip(pages) {
            let mut lines = lines(
                &format!("{place} of {count} spaces, c={CONNECTIONS}"),
                floor,
                ours,
            );
            if count == bench.large && *place == "newest 20" {
                lines[0] = lines[0].clone().goal("P8", Goal::AtLeast(0.60, Some(0.8)));
            }
            all.extend(lines);
        }
    }
    let [newest_small, _] = &small;
    let [newest, deep] = &large;
    for (side, who) in [(0, "floor"), (1, "ours")] {
        let mut growth = Line::quotient(
            format!("newest page: large table over small, {who}"),
            &newest[side].per_second,
            &newest_small[side].per_second,
        );
        let mut depth = Line::quotient(
            format!("large table: page 300 over newest, {who}"),
            &deep[side].per_second,
            &newest[side].per_second,
        );
        if side == 1 {
            growth = growth.goal("P9", Goal::AtLeast(0.80, Some(0.9)));
            depth = depth.goal("P11", Goal::AtLeast(0.9, None));
        }
        all.extend([growth, depth]);
    }
    Ok(all)
}

fn pages(bench: &Bench, count: u64) -> Result<Pages> {
    let dataset = dataset::of_size(bench, count)?;
    let servers = dataset::servers(bench, &dataset)?;
    let mut pages = Pages::default();
    for _ in 0..bench.runs {
        for (page, cursor) in [None, Some(dataset.deep)].into_iter().enumerate() {
            for (side, server) in servers.iter().enumerate() {
                let report = run(bench, server, cursor)?;
                pages[page][side].push(&report);
            }
        }
    }
    for server in servers {
        server.stop()?;
    }
    Ok(pages)
}

fn run(
    bench: &Bench,
    server: &Server,
    cursor: Option<[u8; 16]>,
) -> Result<crate::bench::load::Report> {
    let mut path = "/api/v1/space/list?take=20".to_owned();
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        let mut id = "{\"id\":\"space_".to_owned();
        spell::id(&mut id, &cursor);
        id.push_str("\"}");
        spell::base64(&mut path, id.as_bytes());
    }
    let mode = Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    };
    server::run(bench, &server.order("GET", &path, "Authorization", mode))
}
