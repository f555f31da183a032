//! Pages of one long conversation, in a small and in a large database: newest, longer, and far back by position.

use anyhow::{Context, Result, ensure};

use super::talk::{self, Said};
use super::{Runs, lines};
use crate::bench::Bench;
use crate::bench::load::{self, Mode};
use crate::bench::server;
use crate::bench::table::{Goal, Line};

const CONNECTIONS: usize = 64;
/// Where the deep page begins: behind 300 pages of 20.
const DEEP: i64 = 300 * 20;

const PAGES: [(&str, i64, bool); 3] = [
    ("newest 20", 20, false),
    ("newest 50", 50, false),
    ("20 at page 300", 20, true),
];

/// The runs of floor and ours, page by page.
type Pages = Vec<[Runs; 2]>;

/// P8, P9 and P11, of messages.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let small = pages(bench, &talk::of_size(bench, bench.small)?, &PAGES)?;
    let large = pages(bench, &talk::of_size(bench, bench.large)?, &PAGES)?;
    let mut all = Vec::new();
    for (count, pages) in [(bench.small, &small), (bench.large, &large)] {
        for ((place, ..), [floor, ours]) in PAGES.iter().zip(pages) {
            let what = format!("{place} of {count} messages, c={CONNECTIONS}");
            let mut lines = lines(&what, floor, ours);
            if count == bench.large {
                lines[0] = lines[0].clone().goal("P8", Goal::AtLeast(0.60, Some(0.8)));
            }
            all.extend(lines);
        }
    }
    for (side, who) in [(0, "floor"), (1, "ours")] {
        let mut growth = Line::quotient(
            format!("newest messages: large database over small, {who}"),
            &large[0][side].per_second,
            &small[0][side].per_second,
        );
        let mut depth = Line::quotient(
            format!("large database: messages of page 300 over newest, {who}"),
            &large[2][side].per_second,
            &large[0][side].per_second,
        );
        if side == 1 {
            growth = growth.goal("P9", Goal::AtLeast(0.80, Some(0.9)));
            depth = depth.goal("P11", Goal::AtLeast(0.9, None));
        }
        all.extend([growth, depth]);
    }
    Ok(all)
}

/// P10, of messages.
pub(super) fn measure_long(bench: &Bench) -> Result<Vec<Line>> {
    let newest = &PAGES[..1];
    let long = if bench.runs == 1 { 40_000 } else { 10_000_000 };
    let small = pages(bench, &talk::without_index(bench, bench.small)?, newest)?;
    let large = pages(bench, &talk::without_index(bench, long)?, newest)?;
    let mut all = Vec::new();
    for (count, [floor, ours]) in [(bench.small, &small[0]), (long, &large[0])] {
        let what = format!("newest 20 of {count} messages, c={CONNECTIONS}");
        all.extend(lines(&what, floor, ours));
    }
    for (side, who) in [(0, "floor"), (1, "ours")] {
        let growth = Line::quotient(
            format!("newest of {long} messages over newest of few, {who}"),
            &large[0][side].per_second,
            &small[0][side].per_second,
        );
        all.push(match side {
            1 => growth.goal("P10", Goal::AtLeast(0.70, Some(0.8))),
            _ => growth,
        });
    }
    Ok(all)
}

fn pages(bench: &Bench, said: &Said, asked: &[(&str, i64, bool)]) -> Result<Pages> {
    let servers = talk::servers(bench, said)?;
    let mut pages: Pages = asked.iter().map(|_| <[Runs; 2]>::default()).collect();
    for _ in 0..bench.runs {
        for ((_, limit, deep), page) in asked.iter().copied().zip(&mut pages) {
            let path = path(said, limit, deep)?;
            for (server, runs) in servers.iter().zip(page) {
                let mode = Mode::Repeat {
                    connections: CONNECTIONS,
                    warm: bench.warm,
                    seconds: bench.seconds,
                    rate: None,
                };
                let order = server.order("GET", &path, "X-API-Key", mode);
                let answer = load::ask(&order)?;
                let got = answer["messages"].as_array().map(Vec::len);
                ensure!(
                    got == usize::try_from(limit).ok(),
                    "{path}: {got:?} messages"
                );
                ensure!(answer["total"] == said.talk.long, "{path}: a wrong total");
                runs.push(&server::run(bench, &order)?);
            }
        }
    }
    for server in servers {
        server.stop()?;
    }
    Ok(pages)
}

fn path(said: &Said, limit: i64, deep: bool) -> Result<String> {
    let long = said.talk.conversations.first().context("no conversation")?;
    let mut path = format!("/api/v1/chats/{long}/messages?order=desc&limit={limit}");
    if deep {
        let before = said.talk.long + 2 - DEEP;
        path.push_str(&format!("&before_seq={before}"));
    }
    Ok(path)
}
