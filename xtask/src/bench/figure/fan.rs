//! One who speaks and many who listen to one conversation, beside a room without storage, sign-in or history, and
//! beside bare sockets.

use std::time::Duration;

use anyhow::Result;

use super::crowd::{self, House};
use super::message::one_commit;
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::fan::{Mode, Report};
use crate::bench::table::{Goal, Line, Spread};

/// For a run with its readers' coming.
const LIMIT: Duration = Duration::from_secs(300);

/// One way to measure.
struct Way {
    what: &'static str,
    readers: usize,
    mode: Mode,
}

fn ways(bench: &Bench) -> Vec<Way> {
    let short = if bench.runs == 1 { 10 } else { 1 };
    let window = |what, readers, messages: u64| Way {
        what,
        readers,
        mode: Mode::Window {
            messages: messages / short,
            open: 1,
        },
    };
    vec![
        window("fan-out, 100 readers", 100, 2_000),
        window("fan-out, 1,000 readers", 1_000, 300),
        window("fan-out, 5,000 readers", 5_000, 60),
        Way {
            what: "fan-out, 1,000 readers, 64 in flight",
            readers: 1_000,
            mode: Mode::Window {
                messages: 1_000 / short,
                open: 64,
            },
        },
        Way {
            what: "fan-out, 1,000 readers, 100 messages/s",
            readers: 1_000,
            mode: Mode::Rate {
                per_second: 100.0,
                seconds: bench.seconds,
            },
        },
    ]
}

/// The runs of one side of one way.
#[derive(Default)]
struct Runs {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    last: Vec<f64>,
    server: Vec<f64>,
    client: Vec<f64>,
}

impl Runs {
    fn push(&mut self, report: &Report) {
        self.per_second.push(report.per_second);
        self.p50.push(report.p50_ms);
        self.p99.push(report.p99_ms);
        self.last.push(report.last_ms);
        self.server.push(report.server_us_per_delivery);
        self.client.push(report.client_cpu * 100.0);
    }
}

/// P15, P16 and P17.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut all = Vec::new();
    let commit = one_commit(bench)?;
    all.push(Line::amount("one bare commit: p50 ms", &commit.p50_ms));
    all.push(Line::amount("one bare commit: p99 ms", &commit.p99_ms));
    let houses = House::all(bench)?;
    for way in ways(bench) {
        let mut sides: Vec<Runs> = houses.iter().map(|_| Runs::default()).collect();
        for _ in 0..bench.runs {
            // Ours goes first: the others say frames as long as its.
            let mut frame = crowd::FRAME;
            for (house, runs) in houses.iter().zip(&mut sides) {
                let order = house.order(bench, way.readers, frame, way.mode.clone())?;
                let client = Client::launch(bench, "fan", "fan", &order, LIMIT)?;
                let report: Report = client.report(|| {})?;
                frame = report.frame;
                runs.push(&report);
            }
        }
        all.extend(lines(&way, &houses, &sides));
        if let Mode::Rate { .. } = way.mode {
            all.extend(tail(way.what, &houses, &sides, &commit.p99_ms));
        }
    }
    for house in houses {
        house.stop()?;
    }
    Ok(all)
}

fn side<'a>(name: &str, houses: &[House], sides: &'a [Runs]) -> Option<&'a Runs> {
    let at = houses.iter().position(|house| house.name() == name)?;
    sides.get(at)
}

/// P17 grants one commit to who stores a message before it is delivered, which the room does not.
fn tail(what: &str, houses: &[House], sides: &[Runs], commit: &[f64]) -> Option<Line> {
    let (ours, room) = (side("ours", houses, sides)?, side("room", houses, sides)?);
    let commit = Spread::of(commit)?.median;
    let rest: Vec<f64> = ours.p99.iter().map(|p99| p99 - commit).collect();
    let line = Line::beside(format!("{what}: p99 ms, less one commit"), &room.p99, &rest);
    Some(line.goal("P17", Goal::AtMost(1.5, Some(1.2))))
}

fn lines(way: &Way, houses: &[House], sides: &[Runs]) -> Vec<Line> {
    let none = Runs::default();
    let [ours, room, raw] =
        ["ours", "room", "raw"].map(|name| side(name, houses, sides).unwrap_or(&none));
    let what = way.what;
    let is_flow = matches!(way.mode, Mode::Window { .. });
    let is_burst = matches!(way.mode, Mode::Window { open, .. } if open > 1);
    let mut lines = Vec::new();
    if is_flow {
        let line = Line::beside(
            format!("{what}: deliveries/s"),
            &room.per_second,
            &ours.per_second,
        );
        lines.push(match is_burst {
            false => line.goal("P15", Goal::AtLeast(0.80, None)),
            true => line.goal("P16", Goal::AtLeast(0.60, Some(0.9))),
        });
        let line = Line::beside(
            format!("{what}: deliveries/s beside bare sockets"),
            &raw.per_second,
            &ours.per_second,
        );
        lines.push(match is_burst {
            false => line.goal("P15", Goal::Aim(0.9)),
            true => line,
        });
    }
    lines.extend([
        Line::beside(format!("{what}: p50 ms"), &room.p50, &ours.p50),
        Line::beside(format!("{what}: p99 ms"), &room.p99, &ours.p99),
        Line::beside(
            format!("{what}: server µs/delivery"),
            &room.server,
            &ours.server,
        ),
        Line::beside(
            format!("{what}: client's core, %"),
            &room.client,
            &ours.client,
        ),
    ]);
    if is_flow && !is_burst {
        let name = format!("{what}: until the last has it, p50 ms");
        lines.push(Line::beside(name, &room.last, &ours.last));
    }
    lines
}
