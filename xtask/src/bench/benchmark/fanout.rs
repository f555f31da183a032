//! One who speaks and many who listen to one conversation, beside a room without storage, sign-in or history, and
//! beside bare sockets.

use std::time::Duration;

use anyhow::Result;

use super::message::measure_commit;
use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport};
use crate::bench::table::{Goal, RunSpread, TableRow};
use crate::bench::worker::LoadWorker;

/// For a run with its readers' coming.
const RUN_TIMEOUT: Duration = Duration::from_secs(300);

/// One way to measure.
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

/// The runs of one side of one way.
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

/// P15, P16 and P17.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let mut all = Vec::new();
    let commit = measure_commit(bench)?;
    all.push(TableRow::amount("one bare commit: p50 ms", &commit.p50_ms));
    all.push(TableRow::amount("one bare commit: p99 ms", &commit.p99_ms));
    let houses = FanoutTarget::all(bench)?;
    for way in cases(bench) {
        let mut sides: Vec<FanoutRuns> = houses.iter().map(|_| FanoutRuns::default()).collect();
        for _ in 0..bench.runs {
            // Ours goes first: the others say frames as long as its.
            let mut frame = targets::INITIAL_FRAME_BYTES;
            for (house, runs) in houses.iter().zip(&mut sides) {
                let order = house.plan(bench, way.readers, frame, way.mode.clone())?;
                let client = LoadWorker::launch(bench, "fan", "fan", &order, RUN_TIMEOUT)?;
                let report: FanoutReport = client.wait_report(|| {})?;
                frame = report.frame_bytes;
                runs.push(&report);
            }
        }
        all.extend(table_rows(&way, &houses, &sides));
        if let FanoutMode::Rate { .. } = way.mode {
            all.extend(tail_row(way.label, &houses, &sides, &commit.p99_ms));
        }
    }
    for house in houses {
        house.stop()?;
    }
    Ok(all)
}

fn runs_of<'a>(
    name: &str,
    houses: &[FanoutTarget],
    sides: &'a [FanoutRuns],
) -> Option<&'a FanoutRuns> {
    let at = houses.iter().position(|house| house.name() == name)?;
    sides.get(at)
}

/// P17 grants one commit to who stores a message before it is delivered, which the room does not.
fn tail_row(
    what: &str,
    houses: &[FanoutTarget],
    sides: &[FanoutRuns],
    commit: &[f64],
) -> Option<TableRow> {
    let (ours, room) = (
        runs_of("ours", houses, sides)?,
        runs_of("room", houses, sides)?,
    );
    let commit = RunSpread::from_runs(commit)?.median;
    let rest: Vec<f64> = ours.p99.iter().map(|p99| p99 - commit).collect();
    let line = TableRow::compared(format!("{what}: p99 ms, less one commit"), &room.p99, &rest);
    Some(line.with_goal("P17", Goal::AtMost(1.5, Some(1.2))))
}

fn table_rows(way: &FanoutCase, houses: &[FanoutTarget], sides: &[FanoutRuns]) -> Vec<TableRow> {
    let none = FanoutRuns::default();
    let [ours, room, raw] =
        ["ours", "room", "raw"].map(|name| runs_of(name, houses, sides).unwrap_or(&none));
    let what = way.label;
    let is_flow = matches!(way.mode, FanoutMode::Window { .. });
    let is_burst =
        matches!(way.mode, FanoutMode::Window { max_in_flight, .. } if max_in_flight > 1);
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
