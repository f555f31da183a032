//! The lines: what is well, what wants a look, and what does not work.

use std::time::Duration;

use parlor_engine::health::{HealthReport, OutboxHealth};
use parlor_engine::live_turn::TurnCountsSnapshot;
use parlor_kit::request_history::RequestRecord;
use parlor_model::Timestamp;
use parlor_model::outbox::QueueState;

use super::check_row::{CheckRow, CheckState};
use super::duration_text::{age, format_bytes, format_duration};
use crate::page::deliveries;
use crate::settings::ServerFacts;

/// Greatest number that is counted.
const MAX_COUNTED: i64 = 10_000;
/// Age of a waiting delivery that wants a look.
const LONG_WAIT: Duration = Duration::from_secs(15 * 60);
/// Rows that may wait for the search index.
const LARGE_BACKLOG: i64 = 1_000;

/// Version and age of the process.
pub(super) fn server(facts: &ServerFacts, now: Timestamp) -> CheckRow {
    let up = format_duration(age(facts.started_at, now));
    CheckRow::ok(
        "Server",
        format!("Version {}, up {up}.", env!("CARGO_PKG_VERSION")),
    )
}

/// Kind and size of the database, and whether it stores.
pub(super) fn database(report: &HealthReport) -> CheckRow {
    let kind = match report.is_embedded {
        true => "Embedded database",
        false => "PostgreSQL",
    };
    let size = match report.database_bytes {
        Some(bytes) => format!(", {}", format_bytes(bytes)),
        None => String::new(),
    };
    match report.is_writable {
        true => CheckRow::ok("Database", format!("{kind}{size}. It stores.")),
        false => {
            let sentence =
                format!("{kind}{size}. It answers, but does not store: is its disk full?");
            CheckRow::ok("Database", sentence).not_ok(CheckState::Bad, "parlor health")
        }
    }
}

/// The recent calls of the workspace on this node.
pub(super) fn calls(calls: &[RequestRecord]) -> CheckRow {
    if calls.is_empty() {
        return CheckRow::ok("Calls", "None since this node has started.".to_owned());
    }
    let failed = calls.iter().filter(|call| call.status >= 500).count();
    let mut times: Vec<Duration> = calls.iter().map(|call| call.elapsed).collect();
    times.sort_unstable();
    let slow = times
        .get(times.len() * 95 / 100)
        .copied()
        .unwrap_or_default();
    let sentence = format!(
        "The last {} on this node: {failed} failed, 95 of 100 took at most {} ms.",
        calls.len(),
        slow.as_millis()
    );
    let row = CheckRow::ok("Calls", sentence);
    match failed * 100 / calls.len() {
        0 if failed == 0 => row,
        0..5 => row.not_ok(CheckState::Warn, "parlor health"),
        _ => row.not_ok(CheckState::Bad, "parlor health"),
    }
}

/// Live connections of this node.
pub(super) fn sockets(count: usize) -> CheckRow {
    CheckRow::ok("Sockets", format!("{count} open on this node."))
}

/// What waits in the outbox.
pub(super) fn waiting(outbox: &OutboxHealth, now: Timestamp) -> CheckRow {
    let count = count_text(outbox.waiting);
    let age = outbox.oldest.map(|oldest| age(oldest, now));
    let row = match age {
        None => CheckRow::ok("Deliveries waiting", "None.".to_owned()),
        Some(age) => CheckRow::ok(
            "Deliveries waiting",
            format!("{count}, the oldest for {}.", format_duration(age)),
        ),
    };
    let row = match age {
        Some(age) if age >= LONG_WAIT => {
            row.not_ok(CheckState::Warn, "parlor delivery list --waiting")
        }
        _ => row,
    };
    row.with_page("/console/deliveries?show=waiting", deliveries::PAGE.title)
}

/// What was not sent lately.
pub(super) fn unsent(outbox: &OutboxHealth) -> CheckRow {
    let count = count_text(outbox.unsent);
    let row = CheckRow::ok(
        "Deliveries failed",
        format!("{count} in the last 24 hours."),
    );
    let row = match outbox.unsent {
        0 => row,
        _ => row.not_ok(CheckState::Warn, "parlor delivery list --unsent"),
    };
    row.with_page(deliveries::PAGE.path, deliveries::PAGE.title)
}

/// Endpoints that are paused or fail.
pub(super) fn endpoints(outbox: &OutboxHealth) -> CheckRow {
    let with_state = |state| {
        outbox
            .queues
            .iter()
            .filter(move |queue| queue.state == state)
    };
    let active = with_state(QueueState::Active).count();
    let failing = with_state(QueueState::Active).filter(|queue| queue.failing_since.is_some());
    let (failing, paused) = (failing.count(), with_state(QueueState::Paused).count());
    let sentence = format!("{active} active, {failing} of them failing; {paused} paused.");
    let row = CheckRow::ok("Endpoints", sentence);
    let row = match with_state(QueueState::Paused).next() {
        Some(queue) => row.not_ok(
            CheckState::Bad,
            format!("parlor delivery resume {}", queue.target),
        ),
        None if failing > 0 => row.not_ok(CheckState::Warn, "parlor delivery list --unsent"),
        None => row,
    };
    row.with_page(deliveries::PAGE.path, deliveries::PAGE.title)
}

/// How far the search index is behind.
pub(super) fn search(report: &HealthReport, url: &str) -> CheckRow {
    let rows: i64 = report.index_backlog.iter().map(|(_, rows)| rows).sum();
    match rows {
        0 => CheckRow::ok("Search index", "It has everything.".to_owned()),
        rows => {
            let row = CheckRow::ok("Search index", format!("{rows} rows are not in it yet."));
            match rows < LARGE_BACKLOG {
                true => row,
                false => row.not_ok(
                    CheckState::Warn,
                    format!("curl -s {url}/metrics | grep parlor_search_waiting_rows"),
                ),
            }
        }
    }
}

/// Turns of assistants on this node.
pub(super) fn turns(counts: &TurnCountsSnapshot, facts: Option<&ServerFacts>) -> CheckRow {
    let model = match facts.is_some_and(|facts| facts.has_model) {
        true => "The server has a model for every workspace",
        false => "Workspaces need a model of their own",
    };
    let failed = counts
        .results
        .iter()
        .filter(|(state, _)| *state == "failed");
    let failed: u64 = failed.map(|(_, count)| count).sum();
    let sentence = format!(
        "{model}. On this node {} run, {failed} failed since the start.",
        counts.running
    );
    let row = CheckRow::ok("Assistants", sentence);
    match failed {
        0 => row,
        _ => row.not_ok(CheckState::Warn, "parlor assistant test"),
    }
}

/// Which carriers the server has.
pub(super) fn carriers(facts: &ServerFacts) -> CheckRow {
    let named = |is_configured| {
        let of_kind = facts
            .carriers
            .iter()
            .filter(|(_, has)| *has == is_configured);
        let names: Vec<&str> = of_kind.map(|(name, _)| *name).collect();
        match names.is_empty() {
            true => "none".to_owned(),
            false => names.join(", "),
        }
    };
    let sentence = format!(
        "Configured: {}. Not configured: {}.",
        named(true),
        named(false)
    );
    CheckRow::ok("Carriers", sentence)
}

fn count_text(count: i64) -> String {
    match count > MAX_COUNTED {
        true => "More than 10,000".to_owned(),
        false => count.to_string(),
    }
}
