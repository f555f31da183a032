//! The figures: what is measured, and the goal of each.

use anyhow::Result;

use super::Bench;
use super::load::Report;
use super::table::Line;

mod create;
pub(super) mod crowd;
mod dataset;
mod export;
mod fan;
mod history;
mod idle;
mod list;
mod message;
mod peers;
mod pressure;
mod request;
mod rows;
mod search;
mod sockets;
mod stopped;
mod storm;
mod talk;
mod unread;

/// One group of measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Figure {
    /// The cheapest request that needs a key.
    Request,
    /// Durable creates.
    Create,
    /// Durable creates on a disk whose flush is slower.
    SlowCreate,
    /// Durable messages, into one conversation and into many.
    Message,
    /// The same on a disk whose flush is slower.
    SlowMessage,
    /// Pages of a list.
    List,
    /// Pages of what was said in a conversation.
    History,
    /// The newest page among ten million messages; takes minutes and ten gigabytes, so only where it is named.
    LongHistory,
    /// What a member of many conversations has not read.
    Unread,
    /// Finding a few messages among many.
    Search,
    /// A list of one workspace while another one searches as much as it can.
    SearchStorm,
    /// Exports of a large table.
    Export,
    /// Creates while an export runs.
    Pressure,
    /// A server with nothing to do.
    Idle,
    /// One speaks, many listen.
    Fan,
    /// The same beside what its users would otherwise run.
    Peers,
    /// Very many sockets with nothing to do.
    IdleSockets,
    /// Very many sockets that lose their server and come back.
    Resume,
    /// A reader that does not read.
    StoppedReader,
}

impl Figure {
    /// All of them, in the order they are measured.
    pub(super) fn all() -> &'static [Figure] {
        &[
            Figure::Idle,
            Figure::Request,
            Figure::Create,
            Figure::SlowCreate,
            Figure::Message,
            Figure::SlowMessage,
            Figure::List,
            Figure::History,
            Figure::LongHistory,
            Figure::Unread,
            Figure::Search,
            Figure::SearchStorm,
            Figure::Export,
            Figure::Pressure,
            Figure::Fan,
            Figure::Peers,
            Figure::IdleSockets,
            Figure::Resume,
            Figure::StoppedReader,
        ]
    }

    /// Whether it is measured where none is named.
    pub(super) fn is_usual(self) -> bool {
        self != Figure::LongHistory
    }

    /// Runs it.
    pub(super) fn measure(self, bench: &Bench) -> Result<Vec<Line>> {
        match self {
            Figure::Request => request::measure(bench),
            Figure::Create => create::measure(bench),
            Figure::SlowCreate => create::measure_slow(bench),
            Figure::Message => message::measure(bench),
            Figure::SlowMessage => message::measure_slow(bench),
            Figure::List => list::measure(bench),
            Figure::History => history::measure(bench),
            Figure::LongHistory => history::measure_long(bench),
            Figure::Unread => unread::measure(bench),
            Figure::Search => search::measure(bench),
            Figure::SearchStorm => storm::measure(bench),
            Figure::Export => export::measure(bench),
            Figure::Pressure => pressure::measure(bench),
            Figure::Idle => idle::measure(bench),
            Figure::Fan => fan::measure(bench),
            Figure::Peers => peers::measure(bench),
            Figure::IdleSockets => sockets::measure_idle(bench),
            Figure::Resume => sockets::measure_resume(bench),
            Figure::StoppedReader => stopped::measure(bench),
        }
    }
}

/// The runs of one side, column by column.
#[derive(Debug, Clone, Default)]
struct Runs {
    per_second: Vec<f64>,
    p50_ms: Vec<f64>,
    p99_ms: Vec<f64>,
    server_us: Vec<f64>,
}

impl Runs {
    fn push(&mut self, report: &Report) {
        self.per_second.push(report.per_second);
        self.p50_ms.push(report.p50_ms);
        self.p99_ms.push(report.p99_ms);
        self.server_us.push(report.server_us_per_request);
    }
}

/// Requests per second of both sides, their delays, and what each request cost the server.
fn lines(what: &str, floor: &Runs, ours: &Runs) -> Vec<Line> {
    vec![
        Line::beside(
            format!("{what}: requests/s"),
            &floor.per_second,
            &ours.per_second,
        ),
        Line::beside(format!("{what}: p50 ms"), &floor.p50_ms, &ours.p50_ms),
        Line::beside(format!("{what}: p99 ms"), &floor.p99_ms, &ours.p99_ms),
        Line::beside(
            format!("{what}: server µs/request"),
            &floor.server_us,
            &ours.server_us,
        ),
    ]
}
