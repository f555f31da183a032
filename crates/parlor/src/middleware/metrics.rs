//! Prometheus metrics of one server.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;

use http::StatusCode;
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use parlor_engine::delivery_counts::DeliveryCountsSnapshot;
use parlor_engine::live_turn::TurnCountsSnapshot;
use parlor_store::CommitCounts;

use super::MiddlewareState;

/// Counter and histogram for one method and status of a route.
struct Series {
    method: &'static str,
    status: u16,
    counter: Counter,
    histogram: Histogram,
}

impl Series {
    fn record(&self, elapsed: Duration) {
        self.counter.increment(1);
        self.histogram.record(elapsed);
    }
}

/// Interval at which recorded samples are aggregated into buckets. Until then each sample occupies memory.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Recorder of one server. It is not installed globally, so that several servers in one process stay separate.
pub(super) struct HttpMetrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// Series by route template, so that a lookup allocates nothing.
    series_by_route: parking_lot::RwLock<HashMap<String, Vec<Series>>>,
}

/// Histogram buckets in seconds: a durable write takes under a millisecond, an export minutes.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Default for HttpMetrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // Fails for an empty list only.
        let recorder = builder
            .set_buckets(BUCKETS)
            .unwrap_or_default()
            .build_recorder();
        Self {
            handle: recorder.handle(),
            recorder,
            series_by_route: parking_lot::RwLock::default(),
        }
    }
}

impl HttpMetrics {
    /// Records a completed request.
    pub(super) fn record_request(
        &self,
        method: &'static str,
        route: &str,
        status: StatusCode,
        elapsed: Duration,
    ) {
        let status = status.as_u16();
        if let Some(all) = self.series_by_route.read().get(route)
            && let Some(series) = all
                .iter()
                .find(|series| series.status == status && series.method == method)
        {
            series.record(elapsed);
            return;
        }
        let labels = vec![
            Label::new("method", method),
            Label::new("route", route.to_owned()),
            Label::new("status", status.to_string()),
        ];
        let counter = self.recorder.register_counter(
            &Key::from_parts("parlor_http_requests_total", labels.clone()),
            &METADATA,
        );
        let histogram = self.recorder.register_histogram(
            &Key::from_parts("parlor_http_request_seconds", labels),
            &METADATA,
        );
        let series = Series {
            method,
            status,
            counter,
            histogram,
        };
        series.record(elapsed);
        // A concurrent call may have added the same series; both refer to the same counter.
        self.series_by_route
            .write()
            .entry(route.to_owned())
            .or_default()
            .push(series);
    }

    /// Sets the number of rows that are not indexed yet, by entity.
    pub(super) fn set_index_backlog(&self, backlog: &[(&'static str, i64)]) {
        for (entity, rows) in backlog {
            let labels = vec![Label::new("noun", *entity)];
            let key = Key::from_parts("parlor_search_waiting_rows", labels);
            let gauge = self.recorder.register_gauge(&key, &METADATA);
            // Counts above 2^53 do not occur.
            gauge.set(*rows as f64);
        }
    }

    /// Sets the numbers of open sockets and event streams.
    pub(super) fn set_connections(&self, (sockets, streams): (usize, usize)) {
        for (kind, count) in [("socket", sockets), ("stream", streams)] {
            let labels = vec![Label::new("kind", kind)];
            let key = Key::from_parts("parlor_connections_open", labels);
            let gauge = self.recorder.register_gauge(&key, &METADATA);
            gauge.set(count as f64);
        }
    }

    /// Sets the number of deliveries that wait in the outbox.
    pub(super) fn set_waiting_deliveries(&self, waiting: i64) {
        let key = Key::from_name("parlor_outbox_waiting");
        let gauge = self.recorder.register_gauge(&key, &METADATA);
        gauge.set(waiting as f64);
    }

    /// Sets the number of commits, and of the logs that grew in them.
    pub(super) fn set_commits(&self, counts: CommitCounts) {
        for (name, count) in [
            ("parlor_commits_total", counts.commits),
            ("parlor_log_updates_total", counts.log_updates),
        ] {
            let counter = self
                .recorder
                .register_counter(&Key::from_name(name), &METADATA);
            counter.absolute(count);
        }
    }

    /// Sets the number of retried transactions, by cause.
    pub(super) fn set_database_retries(&self, retries: &[(&'static str, u64)]) {
        for (cause, count) in retries {
            let labels = vec![Label::new("cause", *cause)];
            let key = Key::from_parts("parlor_database_retries_total", labels);
            self.recorder
                .register_counter(&key, &METADATA)
                .absolute(*count);
        }
    }

    /// Sets the counts of assistants' turns.
    pub(super) fn set_turns(&self, counts: &TurnCountsSnapshot) {
        let counter = |name: &'static str, labels: Vec<Label>, count: u64| {
            let key = Key::from_parts(name, labels);
            self.recorder
                .register_counter(&key, &METADATA)
                .absolute(count);
        };
        for (state, count) in counts.results {
            counter(
                "parlor_turns_total",
                vec![Label::new("state", state)],
                count,
            );
        }
        for (direction, count) in counts.tokens {
            let labels = vec![Label::new("direction", direction)];
            counter("parlor_turn_tokens_total", labels, count);
        }
        counter(
            "parlor_turn_first_tokens_total",
            Vec::new(),
            counts.first_tokens,
        );
        for (name, value) in [
            ("parlor_turns_running", counts.running as f64),
            (
                "parlor_turn_first_token_seconds_sum",
                counts.first_token_time.as_secs_f64(),
            ),
        ] {
            let key = Key::from_parts(name, Vec::new());
            self.recorder.register_gauge(&key, &METADATA).set(value);
        }
    }

    /// Sets the counts of deliveries.
    pub(super) fn set_deliveries(&self, counts: &DeliveryCountsSnapshot) {
        for (event, end, count) in &counts.ends {
            let labels = vec![Label::new("event", *event), Label::new("state", *end)];
            let key = Key::from_parts("parlor_deliveries_total", labels);
            self.recorder
                .register_counter(&key, &METADATA)
                .absolute(*count);
        }
        let key = Key::from_parts("parlor_delivery_seconds_count", Vec::new());
        self.recorder
            .register_counter(&key, &METADATA)
            .absolute(counts.sent);
        let key = Key::from_parts("parlor_delivery_seconds_sum", Vec::new());
        let gauge = self.recorder.register_gauge(&key, &METADATA);
        gauge.set(counts.sent_time.as_secs_f64());
    }

    /// Aggregates samples regularly, even if nothing scrapes them, until the server is dropped.
    pub(super) async fn run_upkeep(state: Weak<MiddlewareState>) {
        let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
        loop {
            interval.tick().await;
            match state.upgrade() {
                Some(state) => state.metrics.handle.run_upkeep(),
                None => return,
            }
        }
    }

    /// Renders all metrics in the Prometheus text format.
    pub(super) fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}
