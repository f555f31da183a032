//! Very many sockets: memory of an idle one, and time until all have resumed after a restart.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport, READY_LINE};
use crate::bench::process;
use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

/// Number of sockets, below the usual limit of open files.
const MAX_SOCKETS: usize = 10_000;
const RUN_TIMEOUT: Duration = Duration::from_secs(300);

/// Measures goal P18: growth of the server's private memory per idle authenticated socket.
pub(super) fn measure_idle(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let count = socket_count(bench)?;
    let (mut ours, mut room) = (Vec::new(), Vec::new());
    let seconds = if bench.runs == 1 { 1.0 } else { 5.0 };
    for run in 0..bench.runs {
        let folder = format!("sockets-{run}");
        for (kind, each) in [("ours", &mut ours), ("room", &mut room)] {
            let target = match kind {
                "ours" if bench.floors_only => continue,
                "ours" => FanoutTarget::start_parlor(bench, &folder)?,
                _ => FanoutTarget::start_baseline(bench, "room")?,
            };
            let plan = target.plan(
                bench,
                count,
                targets::INITIAL_FRAME_BYTES,
                FanoutMode::Idle { seconds },
            )?;
            let client = LoadWorker::launch(bench, "fan", "fan", &plan, RUN_TIMEOUT)?;
            let report: FanoutReport = client.wait_report(|| {})?;
            println!(
                "bench: {kind}: {} sockets in {:.1} s, {} KiB before, {} KiB with them",
                report.readers, report.connect_seconds, report.idle_kib, report.connected_kib
            );
            let grown = report.connected_kib.saturating_sub(report.idle_kib);
            each.push(grown as f64 / report.readers.max(1) as f64);
            target.stop()?;
        }
    }
    let name = format!("{count} idle sockets: private KiB each");
    let line = TableRow::compared(name, &room, &ours).with_absolute_goal();
    Ok(vec![line.with_goal("P18", Goal::AtMost(10.0, Some(5.0)))])
}

/// Measures the time until all sockets have resumed after a kill and restart, while messages are sent. Fails if a
/// reader misses an entry or gets one twice or out of order.
pub(super) fn measure_resume(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let count = socket_count(bench)?;
    let (mut resumed, mut served, mut cpu, mut messages) = (vec![], vec![], vec![], vec![]);
    for run in 0..bench.runs {
        let data = bench.run_dir.join(format!("resume-{run}"));
        let server = BenchServer::start_parlor(bench, &data, DiskSpeed::Normal)?;
        let chat = targets::create_chat(&server)?;
        let target = FanoutTarget::Parlor { server };
        let post_plan = targets::post_plan(target.server(), &chat, 1, 0)?;
        let mut plan = target.plan(
            bench,
            count,
            targets::INITIAL_FRAME_BYTES,
            FanoutMode::Resume(post_plan),
        )?;
        plan.reader_login = targets::login_script(target.server(), &chat, "reader-{user}")?;
        let mut client = LoadWorker::launch(bench, "fan", "fan", &plan, RUN_TIMEOUT)?;
        client.wait_for_line(READY_LINE)?;
        let address = target.server().address.clone();
        // Kills the server without a graceful shutdown.
        drop(target);
        let server = BenchServer::start_parlor_at(bench, &data, DiskSpeed::Normal, address)?;
        let up = Instant::now();
        let report: FanoutReport = client.wait_report(|| {})?;
        served.push(up.elapsed().as_secs_f64());
        cpu.push(process::read_usage(server.pid()).cpu_seconds);
        resumed.push(report.resumed_seconds);
        messages.push(report.messages as f64);
        server.stop()?;
        std::fs::remove_dir_all(&data)?;
    }
    let what = format!("{count} sockets after a kill and a restart");
    Ok(vec![
        TableRow::amount(
            format!("{what}: s from the first broken to the last resumed"),
            &resumed,
        ),
        TableRow::amount(
            format!("{what}: s from the first answer until all have everything"),
            &served,
        ),
        TableRow::amount(format!("{what}: server's CPU s"), &cpu),
        TableRow::amount(
            format!("{what}: messages said meanwhile, none lost"),
            &messages,
        ),
    ])
}

fn socket_count(bench: &BenchContext) -> Result<usize> {
    let max = if bench.runs == 1 {
        MAX_SOCKETS / 5
    } else {
        MAX_SOCKETS
    };
    Ok(max.min(process::max_sockets()?))
}
