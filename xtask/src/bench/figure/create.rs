//! Durable creates, each run on fresh databases: figures fall as files grow, so both sides start from nothing.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Runs, lines, rows};
use crate::bench::load::{Mode, Order};
use crate::bench::server::{self, Disk, Server};
use crate::bench::slow_flush;
use crate::bench::table::{Goal, Line};
use crate::bench::{Bench, process};

const CONNECTIONS: [usize; 3] = [1, 64, 256];

/// P2 and P3.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    for (connections, [floor, ours]) in storms(bench, Disk::AsItIs)? {
        let mut lines = lines(&format!("durable create, c={connections}"), &floor, &ours);
        lines[0] = if connections == 1 {
            lines[0].clone().goal("P2", Goal::AtLeast(0.75, Some(0.9)))
        } else {
            lines[0].clone().goal("P3", Goal::AtLeast(0.50, Some(0.65)))
        };
        all.extend(lines);
    }
    Ok(all)
}

/// P6: on a slower disk only a shared flush keeps the rate up.
pub(super) fn measure_slow(bench: &Bench) -> Result<Vec<Line>> {
    let storms = storms(bench, Disk::Slow)?;
    let added = slow_flush::ADDED / 1000;
    let mut all = Vec::new();
    for (connections, [floor, ours]) in &storms {
        let what = format!("durable create, flush +{added} ms, c={connections}");
        all.extend(lines(&what, floor, ours));
    }
    let rate = |connections, side: usize| {
        storms
            .get(&connections)
            .map_or(&[][..], |runs: &[Runs; 2]| &runs[side].per_second)
    };
    let name = format!("flush +{added} ms: creates/s at 256 over 1");
    all.push(Line::quotient(
        format!("{name}, floor"),
        rate(256, 0),
        rate(1, 0),
    ));
    all.push(
        Line::quotient(name, rate(256, 1), rate(1, 1)).goal("P6", Goal::AtLeast(40.0, Some(50.0))),
    );
    Ok(all)
}

type Storms = BTreeMap<usize, [Runs; 2]>;

fn storms(bench: &Bench, disk: Disk) -> Result<Storms> {
    let mut storms = Storms::new();
    let mut rows = [None, None];
    for _ in 0..bench.runs {
        let dir = bench.dir.join("create");
        process::make_private_folder(&dir)?;
        let database = dir.join("floor.db");
        let floor = Server::floor(bench, "create", Some(&database), disk)?;
        storm(bench, &mut storms, 0, floor)?;
        rows[0] = rows::counts(&database).ok();
        if !bench.floors_only {
            let data = dir.join("ours");
            storm(bench, &mut storms, 1, Server::ours(bench, &data, disk)?)?;
            rows[1] = rows::counts(&data.join("parlor.db")).ok();
        }
        std::fs::remove_dir_all(&dir)?;
    }
    // The floor is only a floor while it writes what the server writes.
    let [floor, ours] = rows;
    for (who, rows) in [("floor", floor), ("ours", ours)] {
        if let Some(rows) = rows {
            println!(
                "bench: rows per create, {who}: {}",
                rows.per("conversation")
            );
        }
    }
    Ok(storms)
}

fn storm(bench: &Bench, storms: &mut Storms, side: usize, server: Server) -> Result<()> {
    for connections in CONNECTIONS {
        let mode = Mode::Repeat {
            connections,
            warm: bench.warm,
            seconds: bench.seconds,
            rate: None,
        };
        let report = server::run(bench, &order(&server, mode))?;
        storms.entry(connections).or_default()[side].push(&report);
    }
    server.stop()
}

/// One create.
pub(super) fn order(server: &Server, mode: Mode) -> Order {
    let mut order = server.order("POST", "/api/v1/chats/", "X-API-Key", mode);
    order.body = Some(r#"{"user_id":"user123","title":"Quarterly planning"}"#.to_owned());
    order
}
