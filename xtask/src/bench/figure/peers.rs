//! What its users would otherwise run, on the same work. Neither signs anybody in, stores anything or knows a history.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::crowd::{self, House};
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::fan::{Mode, Report};
use crate::bench::process::{self, Core};
use crate::bench::server::Server;
use crate::bench::table::{Goal, Line};
use crate::{run, setup};

const LIMIT: Duration = Duration::from_secs(300);
/// Sockets of the memory figure.
const IDLE: usize = 5_000;

/// What ours is to be, as a multiple of a peer's: two crowds, many in flight, and memory.
struct Multiples {
    crowds: [f64; 2],
    burst: f64,
    memory: f64,
}

/// The multiples of the two that could be had; whichever could not is named and passed over.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    if bench.floors_only {
        return Ok(all);
    }
    let ours = House::ours(bench, "peers")?;
    for (name, peer, multiples) in [
        (
            "socket.io",
            socket_io(bench),
            Multiples {
                crowds: [1.5, 1.7],
                burst: 5.0,
                memory: 0.7,
            },
        ),
        (
            "NATS",
            nats(bench),
            Multiples {
                crowds: [0.9, 1.2],
                burst: 0.6,
                memory: 0.5,
            },
        ),
    ] {
        match peer {
            Ok(peer) => {
                all.extend(beside(bench, &ours, &peer, &multiples)?);
                peer.stop()?;
            }
            Err(error) => println!("bench: {name} is not measured: {error:#}"),
        }
    }
    ours.stop()?;
    Ok(all)
}

fn beside(bench: &Bench, ours: &House, peer: &House, goals: &Multiples) -> Result<Vec<Line>> {
    let short = if bench.runs == 1 { 10 } else { 1 };
    let flow = |messages: u64, open| Mode::Window {
        messages: messages / short,
        open,
    };
    let name = peer.name();
    let mut lines = Vec::new();
    for (what, readers, mode, least) in [
        ("1,000 readers", 1_000, flow(300, 1), goals.crowds[0]),
        ("5,000 readers", 5_000, flow(60, 1), goals.crowds[1]),
        (
            "1,000 readers, 64 in flight",
            1_000,
            flow(2_000, 64),
            goals.burst,
        ),
    ] {
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for _ in 0..bench.runs {
            let report = crowd(bench, ours, readers, crowd::FRAME, mode.clone())?;
            own.push(report.per_second);
            let report = crowd(bench, peer, readers, report.frame, mode.clone())?;
            theirs.push(report.per_second);
        }
        let name = format!("beside {name}: {what}: deliveries/s");
        lines.push(Line::beside(name, &theirs, &own).goal("PF", Goal::AtLeast(least, None)));
    }
    let idle = Mode::Idle { seconds: 2.0 };
    let each = |house: &House| -> Result<f64> {
        let report = crowd(bench, house, IDLE, crowd::FRAME, idle.clone())?;
        let grown = report.full_kib.saturating_sub(report.empty_kib);
        Ok(grown as f64 / IDLE as f64)
    };
    // Servers that held nobody yet: memory once taken is not given back.
    let fresh = House::ours(bench, &format!("peers-{}", peer.name()))?;
    let own = each(&fresh)?;
    fresh.stop()?;
    let again = match peer {
        House::SocketIo { .. } => socket_io(bench)?,
        _ => nats(bench)?,
    };
    let theirs = each(&again)?;
    again.stop()?;
    let name = format!("beside {name}: {IDLE} idle sockets, private KiB each");
    let line = Line::beside(name, &[theirs], &[own]);
    lines.push(line.goal("PF", Goal::AtMost(goals.memory, None)));
    Ok(lines)
}

fn crowd(bench: &Bench, house: &House, readers: usize, frame: usize, mode: Mode) -> Result<Report> {
    let order = house.order(bench, readers, frame, mode)?;
    Client::launch(bench, "fan", "peer", &order, LIMIT)?.report(|| {})
}

fn socket_io(bench: &Bench) -> Result<House> {
    let folder = setup::socket_io()?;
    let server = Server::peer(bench, "socket.io", |address| {
        let port = address.rsplit(':').next().unwrap_or_default();
        let mut command = process::pinned(Core::Server, "node");
        command
            .arg(run::root().join("xtask/setup/peers/room.cjs"))
            .arg(port)
            .arg(folder);
        Ok(command)
    })?;
    Ok(House::SocketIo { server })
}

fn nats(bench: &Bench) -> Result<House> {
    setup::nats()?;
    let config = bench.dir.join("nats.conf");
    // A reader that is slow for a moment is not cut off.
    std::fs::write(&config, "max_pending: 256MB\n")?;
    let server = Server::peer(bench, "NATS", |address| {
        let (host, port) = address.rsplit_once(':').unwrap_or_default();
        let mut command: Command = process::pinned(Core::Server, "nats-server");
        command.args(["-a", host, "-p", port, "-c"]).arg(&config);
        Ok(command)
    })?;
    Ok(House::Nats { server })
}
