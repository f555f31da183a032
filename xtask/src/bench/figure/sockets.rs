//! Very many sockets: what an idle one holds, and what it takes to have all of them back.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::crowd::{self, House};
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::fan::{Mode, READY, Report};
use crate::bench::process;
use crate::bench::server::{Disk, Server};
use crate::bench::table::{Goal, Line};

/// As many as a process may commonly have files, nearly.
const MOST: usize = 10_000;
const LIMIT: Duration = Duration::from_secs(300);

/// P18: private memory of the server with idle signed-in sockets less what it held before them, over their number.
pub(super) fn measure_idle(bench: &Bench) -> Result<Vec<Line>> {
    let count = count(bench)?;
    let (mut ours, mut room) = (Vec::new(), Vec::new());
    let seconds = if bench.runs == 1 { 1.0 } else { 5.0 };
    for run in 0..bench.runs {
        let folder = format!("sockets-{run}");
        for (kind, each) in [("ours", &mut ours), ("room", &mut room)] {
            let house = match kind {
                "ours" if bench.floors_only => continue,
                "ours" => House::ours(bench, &folder)?,
                _ => House::floor(bench, "room")?,
            };
            let order = house.order(bench, count, crowd::FRAME, Mode::Idle { seconds })?;
            let client = Client::launch(bench, "fan", "fan", &order, LIMIT)?;
            let report: Report = client.report(|| {})?;
            println!(
                "bench: {kind}: {} sockets in {:.1} s, {} KiB before, {} KiB with them",
                report.readers, report.connect_seconds, report.empty_kib, report.full_kib
            );
            let grown = report.full_kib.saturating_sub(report.empty_kib);
            each.push(grown as f64 / report.readers.max(1) as f64);
            house.stop()?;
        }
    }
    let name = format!("{count} idle sockets: private KiB each");
    let line = Line::beside(name, &room, &ours).by_amount();
    Ok(vec![line.goal("P18", Goal::AtMost(10.0, Some(5.0)))])
}

/// How long until all sockets of a server that was killed have resumed, while somebody goes on speaking. The crowd
/// fails if any reader misses an entry, has one twice or out of order.
pub(super) fn measure_resume(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let count = count(bench)?;
    let (mut resumed, mut served, mut cpu, mut said) = (vec![], vec![], vec![], vec![]);
    for run in 0..bench.runs {
        let data = bench.dir.join(format!("resume-{run}"));
        let server = Server::ours(bench, &data, Disk::AsItIs)?;
        let chat = crowd::chat(&server)?;
        let house = House::Ours { server };
        let plan = crowd::post(house.server(), &chat, 1, 0)?;
        let mut order = house.order(bench, count, crowd::FRAME, Mode::Resume(plan))?;
        order.reader = crowd::door(house.server(), &chat, "reader-{user}")?;
        let mut client = Client::launch(bench, "fan", "fan", &order, LIMIT)?;
        client.said(READY)?;
        let address = house.server().address.clone();
        // Killed, not asked to end.
        drop(house);
        let server = Server::ours_at(bench, &data, Disk::AsItIs, address)?;
        let up = Instant::now();
        let report: Report = client.report(|| {})?;
        served.push(up.elapsed().as_secs_f64());
        cpu.push(process::reading(server.pid()).cpu_seconds);
        resumed.push(report.resumed_seconds);
        said.push(report.messages as f64);
        server.stop()?;
        std::fs::remove_dir_all(&data)?;
    }
    let what = format!("{count} sockets after a kill and a restart");
    Ok(vec![
        Line::amount(
            format!("{what}: s from the first broken to the last resumed"),
            &resumed,
        ),
        Line::amount(
            format!("{what}: s from the first answer until all have everything"),
            &served,
        ),
        Line::amount(format!("{what}: server's CPU s"), &cpu),
        Line::amount(format!("{what}: messages said meanwhile, none lost"), &said),
    ])
}

fn count(bench: &Bench) -> Result<usize> {
    let most = if bench.runs == 1 { MOST / 5 } else { MOST };
    Ok(most.min(process::most_sockets()?))
}
