//! Benchmarks and their goals.

use anyhow::Result;

use super::BenchContext;
use super::load::LoadReport;
use super::table::TableRow;

mod create;
mod delete;
mod export;
mod fanout;
mod history;
mod idle;
mod list;
mod message;
mod message_dataset;
mod outbox;
mod peers;
mod postgres;
mod pressure;
mod request;
mod row_counts;
mod search;
mod search_storm;
mod sockets;
mod space_dataset;
mod stalled_reader;
pub(super) mod targets;
mod turns;
mod unread;

/// One group of measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Benchmark {
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
    /// Messages while a conversation and a member with very many are deleted.
    Delete,
    /// A server with nothing to do.
    Idle,
    /// On PostgreSQL, beside `pgbench` and the embedded database.
    Postgres,
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
    /// Very many assistants that answer at once.
    Turns,
    /// Messages that leave over a carrier.
    Outbox,
}

impl Benchmark {
    /// Returns all benchmarks in execution order.
    pub(super) fn all() -> &'static [Benchmark] {
        &[
            Benchmark::Idle,
            Benchmark::Request,
            Benchmark::Create,
            Benchmark::SlowCreate,
            Benchmark::Message,
            Benchmark::SlowMessage,
            Benchmark::List,
            Benchmark::History,
            Benchmark::LongHistory,
            Benchmark::Unread,
            Benchmark::Search,
            Benchmark::SearchStorm,
            Benchmark::Export,
            Benchmark::Pressure,
            Benchmark::Delete,
            Benchmark::Postgres,
            Benchmark::Fan,
            Benchmark::Peers,
            Benchmark::IdleSockets,
            Benchmark::Resume,
            Benchmark::StoppedReader,
            Benchmark::Turns,
            Benchmark::Outbox,
        ]
    }

    /// Returns whether the benchmark runs if none is selected.
    pub(super) fn is_default(self) -> bool {
        self != Benchmark::LongHistory
    }

    /// Runs the benchmark.
    pub(super) fn measure(self, bench: &BenchContext) -> Result<Vec<TableRow>> {
        match self {
            Benchmark::Request => request::measure(bench),
            Benchmark::Create => create::measure(bench),
            Benchmark::SlowCreate => create::measure_slow(bench),
            Benchmark::Message => message::measure(bench),
            Benchmark::SlowMessage => message::measure_slow(bench),
            Benchmark::List => list::measure(bench),
            Benchmark::History => history::measure(bench),
            Benchmark::LongHistory => history::measure_long(bench),
            Benchmark::Unread => unread::measure(bench),
            Benchmark::Search => search::measure(bench),
            Benchmark::SearchStorm => search_storm::measure(bench),
            Benchmark::Export => export::measure(bench),
            Benchmark::Pressure => pressure::measure(bench),
            Benchmark::Delete => delete::measure(bench),
            Benchmark::Idle => idle::measure(bench),
            Benchmark::Postgres => postgres::measure(bench),
            Benchmark::Fan => fanout::measure(bench),
            Benchmark::Peers => peers::measure(bench),
            Benchmark::IdleSockets => sockets::measure_idle(bench),
            Benchmark::Resume => sockets::measure_resume(bench),
            Benchmark::StoppedReader => stalled_reader::measure(bench),
            Benchmark::Turns => turns::measure(bench),
            Benchmark::Outbox => outbox::measure(bench),
        }
    }
}

/// Results of all runs of one server, by column.
#[derive(Debug, Clone, Default)]
struct LoadRuns {
    per_second: Vec<f64>,
    p50_ms: Vec<f64>,
    p99_ms: Vec<f64>,
    server_us: Vec<f64>,
    /// Answered requests of all runs.
    requests: u64,
}

impl LoadRuns {
    fn push(&mut self, report: &LoadReport) {
        self.requests += report.done;
        self.per_second.push(report.per_second);
        self.p50_ms.push(report.p50_ms);
        self.p99_ms.push(report.p99_ms);
        self.server_us.push(report.server_us_per_request);
    }

    /// Adds reports of concurrent load generators, each of a server of its own, as one run: the sum of the rates, the
    /// highest latencies, and the mean of the server times.
    fn push_concurrent(&mut self, reports: &[LoadReport]) {
        let highest = |value: fn(&LoadReport) -> f64| reports.iter().map(value).fold(0.0, f64::max);
        let sum = |value: fn(&LoadReport) -> f64| reports.iter().map(value).sum::<f64>();
        self.push(&LoadReport {
            done: reports.iter().map(|report| report.done).sum(),
            per_second: sum(|report| report.per_second),
            p50_ms: highest(|report| report.p50_ms),
            p99_ms: highest(|report| report.p99_ms),
            server_us_per_request: sum(|report| report.server_us_per_request)
                / reports.len().max(1) as f64,
            ..LoadReport::default()
        });
    }
}

/// Builds the rows that compare throughput, latencies and server time per request.
fn table_rows(what: &str, baseline: &LoadRuns, ours: &LoadRuns) -> Vec<TableRow> {
    vec![
        TableRow::compared(
            format!("{what}: requests/s"),
            &baseline.per_second,
            &ours.per_second,
        ),
        TableRow::compared(format!("{what}: p50 ms"), &baseline.p50_ms, &ours.p50_ms),
        TableRow::compared(format!("{what}: p99 ms"), &baseline.p99_ms, &ours.p99_ms),
        TableRow::compared(
            format!("{what}: server µs/request"),
            &baseline.server_us,
            &ours.server_us,
        ),
    ]
}
