//! Durable messages into one hot conversation and spread over many, each run on a fresh copy of the same data.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};

use super::{Runs, lines, rows, talk};
use crate::bench::Bench;
use crate::bench::load::{self, Mode, Order};
use crate::bench::seed::talk::CONVERSATIONS;
use crate::bench::server::{self, Disk, Server};
use crate::bench::slow_flush;
use crate::bench::table::{Goal, Line};

/// How many conversations are spoken in.
const SPREADS: [usize; 2] = [1, CONVERSATIONS];

/// Floor and ours, by conversations and connections.
type Storms = BTreeMap<(usize, usize), [Runs; 2]>;

/// P4 and P7.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    for ((spread, connections), [floor, ours]) in storms(bench, Disk::AsItIs, &[64, 256])? {
        let what = format!("durable message, {}, c={connections}", words(spread));
        let mut lines = lines(&what, &floor, &ours);
        lines[0] = lines[0].clone().goal("P4", Goal::AtLeast(0.65, Some(0.8)));
        if connections == 64 {
            lines[2] = lines[2].clone().goal("P7", Goal::AtMost(1.2, Some(0.6)));
        }
        all.extend(lines);
    }
    Ok(all)
}

/// P5: the same on a slower disk.
pub(super) fn measure_slow(bench: &Bench) -> Result<Vec<Line>> {
    let added = slow_flush::ADDED / 1000;
    let mut all = Vec::new();
    for ((spread, connections), [floor, ours]) in storms(bench, Disk::Slow, &[256])? {
        let what = format!(
            "durable message, flush +{added} ms, {}, c={connections}",
            words(spread)
        );
        let mut lines = lines(&what, &floor, &ours);
        lines[0] = lines[0].clone().goal("P5", Goal::AtLeast(0.75, Some(0.9)));
        all.extend(lines);
    }
    Ok(all)
}

/// What one commit takes where nobody else writes: bare durable messages, one after the other.
pub(super) fn one_commit(bench: &Bench) -> Result<Runs> {
    let said = talk::of_size(bench, 0)?;
    let dir = bench.dir.join("commit");
    talk::copy(&said, &dir)?;
    let server = start(bench, &dir, 0, Disk::AsItIs)?;
    let path = format!("/api/v1/chats/{}/messages", said.talk.conversations[0]);
    let order = order(bench, &server, &[path], 1);
    let mut runs = Runs::default();
    for _ in 0..bench.runs {
        runs.push(&server::run(bench, &order)?);
    }
    server.stop()?;
    std::fs::remove_dir_all(&dir)?;
    Ok(runs)
}

fn words(spread: usize) -> String {
    match spread {
        1 => "one conversation".to_owned(),
        _ => format!("{spread} conversations"),
    }
}

fn storms(bench: &Bench, disk: Disk, connections: &[usize]) -> Result<Storms> {
    let said = talk::of_size(bench, 0)?;
    let before = rows::counts(&said.database)?;
    let mut storms = Storms::new();
    let mut written = [None, None];
    for run in 0..bench.runs {
        for spread in SPREADS {
            let paths: Vec<String> = said.talk.conversations[..spread]
                .iter()
                .map(|id| format!("/api/v1/chats/{id}/messages"))
                .collect();
            for &connections in connections {
                let runs = storms.entry((spread, connections)).or_default();
                let dir = bench.dir.join(format!("say-{run}-{spread}-{connections}"));
                for (side, runs) in runs.iter_mut().enumerate() {
                    if side == 1 && bench.floors_only {
                        continue;
                    }
                    talk::copy(&said, &dir)?;
                    let server = start(bench, &dir, side, disk)?;
                    let order = order(bench, &server, &paths, connections);
                    ensure!(load::ask(&order)?["id"].is_string(), "no message was made");
                    runs.push(&server::run(bench, &order)?);
                    server.stop()?;
                    written[side] = rows::counts(&dir.join("parlor.db")).ok();
                    std::fs::remove_dir_all(&dir)?;
                }
            }
        }
    }
    for (who, rows) in ["floor", "ours"].into_iter().zip(written) {
        if let Some(rows) = rows {
            let new = rows.since(&before);
            println!("bench: rows per message, {who}: {}", new.per("message"));
        }
    }
    Ok(storms)
}

fn start(bench: &Bench, dir: &Path, side: usize, disk: Disk) -> Result<Server> {
    if side == 0 {
        Server::floor(bench, "message", Some(&dir.join("parlor.db")), disk)
    } else {
        Server::ours(bench, dir, disk)
    }
}

fn order(bench: &Bench, server: &Server, paths: &[String], connections: usize) -> Order {
    let mode = Mode::Repeat {
        connections,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    };
    let mut order = server.order("POST", "", "X-API-Key", mode);
    order.paths = paths.to_vec();
    order.body = Some(format!(r#"{{"content":"{TEXT}"}}"#));
    order
}

/// About 200 bytes.
const TEXT: &str = "The shipment of the second half of the order has left the warehouse this morning and will \
    arrive on Thursday between nine and noon; somebody has to be there to sign for it, any adult will do.";
