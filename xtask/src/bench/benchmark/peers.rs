//! Comparison with socket.io and NATS on the same fan-out. Neither authenticates, stores messages or has a history.

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
/// Number of sockets of the memory measurement.
const IDLE_SOCKETS: usize = 5_000;

/// Goals as ratios to a peer: throughput for two numbers of readers, throughput with many messages in flight, memory.
struct PeerGoals {
    fanouts: [f64; 2],
    burst: f64,
    memory: f64,
}

/// Measures the available peers; an unavailable one is reported and skipped.
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
    let kib_per_socket = |target: &FanoutTarget| -> Result<f64> {
        let report = run_fanout(
            bench,
            target,
            IDLE_SOCKETS,
            targets::INITIAL_FRAME_BYTES,
            idle.clone(),
        )?;
        let grown = report.connected_kib.saturating_sub(report.idle_kib);
        Ok(grown as f64 / IDLE_SOCKETS as f64)
    };
    // New servers, because memory of earlier connections may not have been released.
    let fresh = FanoutTarget::start_parlor(bench, &format!("peers-{}", peer.name()))?;
    let own = kib_per_socket(&fresh)?;
    fresh.stop()?;
    let fresh_peer = match peer {
        FanoutTarget::SocketIo { .. } => socket_io(bench)?,
        _ => nats(bench)?,
    };
    let theirs = kib_per_socket(&fresh_peer)?;
    fresh_peer.stop()?;
    let name = format!("beside {name}: {IDLE_SOCKETS} idle sockets, private KiB each");
    let line = TableRow::compared(name, &[theirs], &[own]);
    lines.push(line.with_goal("PF", Goal::AtMost(goals.memory, None)));
    Ok(lines)
}

fn run_fanout(
    bench: &BenchContext,
    target: &FanoutTarget,
    readers: usize,
    frame: usize,
    mode: FanoutMode,
) -> Result<FanoutReport> {
    let plan = target.plan(bench, readers, frame, mode)?;
    LoadWorker::launch(bench, "fan", "peer", &plan, RUN_TIMEOUT)?.wait_report(|| {})
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
    let config = bench.run_dir.join("nats.conf");
    // Prevents NATS from disconnecting readers that are slow for a moment.
    std::fs::write(&config, "max_pending: 256MB\n")?;
    let server = BenchServer::start_peer(bench, "NATS", |address| {
        let (host, port) = address.rsplit_once(':').unwrap_or_default();
        let mut command: Command = process::pinned_command(CpuCore::Server, "nats-server");
        command.args(["-a", host, "-p", port, "-c"]).arg(&config);
        Ok(command)
    })?;
    Ok(FanoutTarget::Nats { server })
}
