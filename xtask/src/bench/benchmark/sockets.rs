//! Very many sockets: what an idle one holds, and what it takes to have all of them back.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport, READY_LINE};
use crate::bench::process;
use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

/// As many as a process may commonly have files, nearly.
const MAX_SOCKETS: usize = 10_000;
const RUN_TIMEOUT: Duration = Duration::from_secs(300);

/// P18: private memory of the server with idle signed-in sockets less what it held before them, over their number.
pub(super) fn measure_idle(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let count = socket_count(bench)?;
    let (mut ours, mut room) = (Vec::new(), Vec::new());
    let seconds = if bench.runs == 1 { 1.0 } else { 5.0 };
    for run in 0..bench.runs {
        let folder = format!("sockets-{run}");
        for (kind, each) in [("ours", &mut ours), ("room", &mut room)] {
            let house = match kind {
                "ours" if bench.floors_only => continue,
                "ours" => FanoutTarget::start_parlor(bench, &folder)?,
                _ => FanoutTarget::start_baseline(bench, "room")?,
            };
            let order = house.plan(
                bench,
                count,
                targets::INITIAL_FRAME_BYTES,
                FanoutMode::Idle { seconds },
            )?;
            let client = LoadWorker::launch(bench, "fan", "fan", &order, RUN_TIMEOUT)?;
            let report: FanoutReport = client.wait_report(|| {})?;
            println!(
                "bench: {kind}: {} sockets in {:.1} s, {} KiB before, {} KiB with them",
                report.readers, report.connect_seconds, report.idle_kib, report.connected_kib
            );
            let grown = report.connected_kib.saturating_sub(report.idle_kib);
            each.push(grown as f64 / report.readers.max(1) as f64);
            house.stop()?;
        }
    }
    let name = format!("{count} idle sockets: private KiB each");
    let line = TableRow::compared(name, &room, &ours).with_absolute_goal();
    Ok(vec![line.with_goal("P18", Goal::AtMost(10.0, Some(5.0)))])
}

/// How long until all sockets of a server that was killed have resumed, while somebody goes on speaking. The crowd
/// fails if any reader misses an entry, has one twice or out of order.
pub(super) fn measure_resume(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let count = socket_count(bench)?;
    let (mut resumed, mut served, mut cpu, mut said) = (vec![], vec![], vec![], vec![]);
    for run in 0..bench.runs {
        let data = bench.run_dir.join(format!("resume-{run}"));
        let server = BenchServer::start_parlor(bench, &data, DiskSpeed::Normal)?;
        let chat = targets::create_chat(&server)?;
        let house = FanoutTarget::Parlor { server };
        let plan = targets::post_plan(house.server(), &chat, 1, 0)?;
        let mut order = house.plan(
            bench,
            count,
            targets::INITIAL_FRAME_BYTES,
            FanoutMode::Resume(plan),
        )?;
        order.reader_login = targets::login_script(house.server(), &chat, "reader-{user}")?;
        let mut client = LoadWorker::launch(bench, "fan", "fan", &order, RUN_TIMEOUT)?;
        client.wait_for_line(READY_LINE)?;
        let address = house.server().address.clone();
        // Killed, not asked to end.
        drop(house);
        let server = BenchServer::start_parlor_at(bench, &data, DiskSpeed::Normal, address)?;
        let up = Instant::now();
        let report: FanoutReport = client.wait_report(|| {})?;
        served.push(up.elapsed().as_secs_f64());
        cpu.push(process::read_usage(server.pid()).cpu_seconds);
        resumed.push(report.resumed_seconds);
        said.push(report.messages as f64);
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
        TableRow::amount(format!("{what}: messages said meanwhile, none lost"), &said),
    ])
}

fn socket_count(bench: &BenchContext) -> Result<usize> {
    let most = if bench.runs == 1 {
        MAX_SOCKETS / 5
    } else {
        MAX_SOCKETS
    };
    Ok(most.min(process::max_sockets()?))
}
