//! Fan-out of one publisher's messages to many readers, compared with a room without storage, authentication or
//! history, and with raw sockets.

use std::time::Duration;

use anyhow::Result;

use super::message::measure_commit;
use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport};
use crate::bench::table::{Goal, RunSpread, TableRow};
use crate::bench::worker::LoadWorker;

/// Maximum time of a run, connecting included.
const RUN_TIMEOUT: Duration = Duration::from_secs(300);

/// Number of readers and publishing mode of one measurement.
struct FanoutCase {
    label: &'static str,
    readers: usize,
    mode: FanoutMode,
}

fn cases(bench: &BenchContext) -> Vec<FanoutCase> {
    let short = if bench.runs == 1 { 10 } else { 1 };
    let window = |what, readers, messages: u64| FanoutCase {
        label: what,
        readers,
        mode: FanoutMode::Window {
            messages: messages / short,
            max_in_flight: 1,
        },
    };
    vec![
        window("fan-out, 100 readers", 100, 2_000),
        window("fan-out, 1,000 readers", 1_000, 300),
        window("fan-out, 5,000 readers", 5_000, 60),
        FanoutCase {
            label: "fan-out, 1,000 readers, 64 in flight",
            readers: 1_000,
            mode: FanoutMode::Window {
                messages: 1_000 / short,
                max_in_flight: 64,
            },
        },
        FanoutCase {
            label: "fan-out, 1,000 readers, 100 messages/s",
            readers: 1_000,
            mode: FanoutMode::Rate {
                per_second: 100.0,
                seconds: bench.seconds,
            },
        },
    ]
}

/// Results of all runs of one server in one case.
#[derive(Default)]
struct FanoutRuns {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    last: Vec<f64>,
    server: Vec<f64>,
    client: Vec<f64>,
}

impl FanoutRuns {
    fn push(&mut self, report: &FanoutReport) {
        self.per_second.push(report.per_second);
        self.p50.push(report.p50_ms);
        self.p99.push(report.p99_ms);
        self.last.push(report.last_delivery_ms);
        self.server.push(report.server_us_per_delivery);
        self.client.push(report.client_cpu * 100.0);
    }
}

/// Measures goals P15, P16 and P17.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    let commit = measure_commit(bench)?;
    all.push(TableRow::amount("one bare commit: p50 ms", &commit.p50_ms));
    all.push(TableRow::amount("one bare commit: p99 ms", &commit.p99_ms));
    let servers = FanoutTarget::all(bench)?;
    for case in cases(bench) {
        let mut runs_by_server: Vec<FanoutRuns> =
            servers.iter().map(|_| FanoutRuns::default()).collect();
        for _ in 0..bench.runs {
            // The server runs first; the others send frames of the same length.
            let mut frame = targets::INITIAL_FRAME_BYTES;
            for (server, runs) in servers.iter().zip(&mut runs_by_server) {
                let plan = server.plan(bench, case.readers, frame, case.mode.clone())?;
                let client = LoadWorker::launch(bench, "fan", "fan", &plan, RUN_TIMEOUT)?;
                let report: FanoutReport = client.wait_report(|| {})?;
                frame = report.frame_bytes;
                runs.push(&report);
            }
        }
        all.extend(table_rows(&case, &servers, &runs_by_server));
        if let FanoutMode::Rate { .. } = case.mode {
            all.extend(tail_row(
                case.label,
                &servers,
                &runs_by_server,
                &commit.p99_ms,
            ));
        }
    }
    for server in servers {
        server.stop()?;
    }
    Ok(all)
}

fn runs_of<'a>(
    name: &str,
    servers: &[FanoutTarget],
    runs_by_server: &'a [FanoutRuns],
) -> Option<&'a FanoutRuns> {
    let index = servers.iter().position(|server| server.name() == name)?;
    runs_by_server.get(index)
}

/// Builds the row of goal P17. The time of one commit is subtracted, because the server stores messages before delivery
/// and the room does not.
fn tail_row(
    what: &str,
    servers: &[FanoutTarget],
    runs_by_server: &[FanoutRuns],
    commit: &[f64],
) -> Option<TableRow> {
    let (ours, room) = (
        runs_of("ours", servers, runs_by_server)?,
        runs_of("room", servers, runs_by_server)?,
    );
    let commit = RunSpread::from_runs(commit)?.median;
    let rest: Vec<f64> = ours.p99.iter().map(|p99| p99 - commit).collect();
    let line = TableRow::compared(format!("{what}: p99 ms, less one commit"), &room.p99, &rest);
    Some(line.with_goal("P17", Goal::AtMost(1.5, Some(1.2))))
}

fn table_rows(
    case: &FanoutCase,
    servers: &[FanoutTarget],
    runs_by_server: &[FanoutRuns],
) -> Vec<TableRow> {
    let none = FanoutRuns::default();
    let [ours, room, raw] =
        ["ours", "room", "raw"].map(|name| runs_of(name, servers, runs_by_server).unwrap_or(&none));
    let what = case.label;
    let is_flow = matches!(case.mode, FanoutMode::Window { .. });
    let is_burst =
        matches!(case.mode, FanoutMode::Window { max_in_flight, .. } if max_in_flight > 1);
    let mut lines = Vec::new();
    if is_flow {
        let line = TableRow::compared(
            format!("{what}: deliveries/s"),
            &room.per_second,
            &ours.per_second,
        );
        lines.push(match is_burst {
            false => line.with_goal("P15", Goal::AtLeast(0.80, None)),
            true => line.with_goal("P16", Goal::AtLeast(0.60, Some(0.9))),
        });
        let line = TableRow::compared(
            format!("{what}: deliveries/s beside bare sockets"),
            &raw.per_second,
            &ours.per_second,
        );
        lines.push(match is_burst {
            false => line.with_goal("P15", Goal::Aim(0.9)),
            true => line,
        });
    }
    lines.extend([
        TableRow::compared(format!("{what}: p50 ms"), &room.p50, &ours.p50),
        TableRow::compared(format!("{what}: p99 ms"), &room.p99, &ours.p99),
        TableRow::compared(
            format!("{what}: server µs/delivery"),
            &room.server,
            &ours.server,
        ),
        TableRow::compared(
            format!("{what}: client's core, %"),
            &room.client,
            &ours.client,
        ),
    ]);
    if is_flow && !is_burst {
        let name = format!("{what}: until the last has it, p50 ms");
        lines.push(TableRow::compared(name, &room.last, &ours.last));
    }
    lines
}
