//! What its users would otherwise run, on the same work. Neither signs anybody in, stores anything or knows a history.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport};
use crate::bench::process::{self, CpuCore};
use crate::bench::server::BenchServer;
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;
use crate::{run, setup};

const RUN_TIMEOUT: Duration = Duration::from_secs(300);
/// Sockets of the memory figure.
const IDLE_SOCKETS: usize = 5_000;

/// What ours is to be, as a multiple of a peer's: two crowds, many in flight, and memory.
struct PeerGoals {
    fanouts: [f64; 2],
    burst: f64,
    memory: f64,
}

/// The multiples of the two that could be had; whichever could not is named and passed over.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    if bench.floors_only {
        return Ok(all);
    }
    let ours = FanoutTarget::start_parlor(bench, "peers")?;
    for (name, peer, multiples) in [
        (
            "socket.io",
            socket_io(bench),
            PeerGoals {
                fanouts: [1.5, 1.7],
                burst: 5.0,
                memory: 0.7,
            },
        ),
        (
            "NATS",
            nats(bench),
            PeerGoals {
                fanouts: [0.9, 1.2],
                burst: 0.6,
                memory: 0.5,
            },
        ),
    ] {
        match peer {
            Ok(peer) => {
                all.extend(compare(bench, &ours, &peer, &multiples)?);
                peer.stop()?;
            }
            Err(error) => println!("bench: {name} is not measured: {error:#}"),
        }
    }
    ours.stop()?;
    Ok(all)
}

fn compare(
    bench: &BenchContext,
    ours: &FanoutTarget,
    peer: &FanoutTarget,
    goals: &PeerGoals,
) -> Result<Vec<TableRow>> {
    let short = if bench.runs == 1 { 10 } else { 1 };
    let flow = |messages: u64, open| FanoutMode::Window {
        messages: messages / short,
        max_in_flight: open,
    };
    let name = peer.name();
    let mut lines = Vec::new();
    for (what, readers, mode, least) in [
        ("1,000 readers", 1_000, flow(300, 1), goals.fanouts[0]),
        ("5,000 readers", 5_000, flow(60, 1), goals.fanouts[1]),
        (
            "1,000 readers, 64 in flight",
            1_000,
            flow(2_000, 64),
            goals.burst,
        ),
    ] {
        let (mut theirs, mut own) = (Vec::new(), Vec::new());
        for _ in 0..bench.runs {
            let report = run_fanout(
                bench,
                ours,
                readers,
                targets::INITIAL_FRAME_BYTES,
                mode.clone(),
            )?;
            own.push(report.per_second);
            let report = run_fanout(bench, peer, readers, report.frame_bytes, mode.clone())?;
            theirs.push(report.per_second);
        }
        let name = format!("beside {name}: {what}: deliveries/s");
        lines.push(
            TableRow::compared(name, &theirs, &own).with_goal("PF", Goal::AtLeast(least, None)),
        );
    }
    let idle = FanoutMode::Idle { seconds: 2.0 };
    let each = |house: &FanoutTarget| -> Result<f64> {
        let report = run_fanout(
            bench,
            house,
            IDLE_SOCKETS,
            targets::INITIAL_FRAME_BYTES,
            idle.clone(),
        )?;
        let grown = report.connected_kib.saturating_sub(report.idle_kib);
        Ok(grown as f64 / IDLE_SOCKETS as f64)
    };
    // Servers that held nobody yet: memory once taken is not given back.
    let fresh = FanoutTarget::start_parlor(bench, &format!("peers-{}", peer.name()))?;
    let own = each(&fresh)?;
    fresh.stop()?;
    let again = match peer {
        FanoutTarget::SocketIo { .. } => socket_io(bench)?,
        _ => nats(bench)?,
    };
    let theirs = each(&again)?;
    again.stop()?;
    let name = format!("beside {name}: {IDLE_SOCKETS} idle sockets, private KiB each");
    let line = TableRow::compared(name, &[theirs], &[own]);
    lines.push(line.with_goal("PF", Goal::AtMost(goals.memory, None)));
    Ok(lines)
}

fn run_fanout(
    bench: &BenchContext,
    house: &FanoutTarget,
    readers: usize,
    frame: usize,
    mode: FanoutMode,
) -> Result<FanoutReport> {
    let order = house.plan(bench, readers, frame, mode)?;
    LoadWorker::launch(bench, "fan", "peer", &order, RUN_TIMEOUT)?.wait_report(|| {})
}

fn socket_io(bench: &BenchContext) -> Result<FanoutTarget> {
    let folder = setup::socket_io()?;
    let server = BenchServer::start_peer(bench, "socket.io", |address| {
        let port = address.rsplit(':').next().unwrap_or_default();
        let mut command = process::pinned_command(CpuCore::Server, "node");
        command
            .arg(run::repository_root().join("xtask/setup/peers/room.cjs"))
            .arg(port)
            .arg(folder);
        Ok(command)
    })?;
    Ok(FanoutTarget::SocketIo { server })
}

fn nats(bench: &BenchContext) -> Result<FanoutTarget> {
    setup::nats()?;
    let config = bench.run_dir.join("nats.conf");
    // A reader that is slow for a moment is not cut off.
    std::fs::write(&config, "max_pending: 256MB\n")?;
    let server = BenchServer::start_peer(bench, "NATS", |address| {
        let (host, port) = address.rsplit_once(':').unwrap_or_default();
        let mut command: Command = process::pinned_command(CpuCore::Server, "nats-server");
        command.args(["-a", host, "-p", port, "-c"]).arg(&config);
        Ok(command)
    })?;
    Ok(FanoutTarget::Nats { server })
}
