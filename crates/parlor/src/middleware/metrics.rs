//! Figures for Prometheus, kept per server.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;

use http::StatusCode;
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::MiddlewareState;

/// What is counted apart within a route: method and status.
struct Series {
    method: &'static str,
    status: u16,
    counter: Counter,
    histogram: Histogram,
}

impl Series {
    fn record(&self, took: Duration) {
        self.counter.increment(1);
        self.histogram.record(took);
    }
}

/// Measured times wait in memory until somebody folds them into their buckets.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// The server's own recorder: nothing is registered globally, so that two servers in one process do not mix.
pub struct HttpMetrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// By route template, so that a lookup needs no text of its own.
    series_by_route: parking_lot::RwLock<HashMap<String, Vec<Series>>>,
}

/// Seconds: a durable write takes part of a millisecond, an export minutes.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Default for HttpMetrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // Refused for an empty list only.
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
    /// Counts a request that was answered.
    pub(super) fn record_request(
        &self,
        method: &'static str,
        route: &str,
        status: StatusCode,
        took: Duration,
    ) {
        let status = status.as_u16();
        if let Some(all) = self.series_by_route.read().get(route)
            && let Some(series) = all
                .iter()
                .find(|series| series.status == status && series.method == method)
        {
            series.record(took);
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
        series.record(took);
        // Somebody else may have added the same one: both count into the same place.
        self.series_by_route
            .write()
            .entry(route.to_owned())
            .or_default()
            .push(series);
    }

    /// Tells how many rows the search index has not come to yet.
    pub(super) fn set_index_backlog(&self, waiting: &[(&'static str, i64)]) {
        for (noun, rows) in waiting {
            let labels = vec![Label::new("noun", *noun)];
            let key = Key::from_parts("parlor_search_waiting_rows", labels);
            let gauge = self.recorder.register_gauge(&key, &METADATA);
            // Counts beyond 2^53 do not occur.
            gauge.set(*rows as f64);
        }
    }

    /// Keeps what was measured small while nobody reads it, for as long as the server lives.
    pub(super) async fn run_upkeep(edge: Weak<MiddlewareState>) {
        let mut turns = tokio::time::interval(UPKEEP_INTERVAL);
        loop {
            turns.tick().await;
            match edge.upgrade() {
                Some(edge) => edge.metrics.handle.run_upkeep(),
                None => return,
            }
        }
    }

    /// The page a scraper reads.
    pub(super) fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}
