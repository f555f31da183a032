//! Figures for Prometheus, kept per server.

use std::collections::HashMap;
use std::time::Duration;

use http::{Method, StatusCode};
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// What is counted apart: method, route template, status.
type Series = (Method, String, u16);

/// The server's own recorder: nothing is registered globally, so that two servers in one process do not mix.
pub struct Telemetry {
    recorder: PrometheusRecorder,
    page: PrometheusHandle,
    known: parking_lot::RwLock<HashMap<Series, (Counter, Histogram)>>,
}

/// Seconds: a durable write takes part of a millisecond, an export minutes.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Default for Telemetry {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // Refused for an empty list only.
        let recorder = builder
            .set_buckets(BUCKETS)
            .unwrap_or_default()
            .build_recorder();
        Self {
            page: recorder.handle(),
            recorder,
            known: parking_lot::RwLock::default(),
        }
    }
}

impl Telemetry {
    /// Counts a request that was answered.
    pub(super) fn count(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let place = (method.clone(), route.to_owned(), status.as_u16());
        if let Some((counter, histogram)) = self.known.read().get(&place) {
            counter.increment(1);
            histogram.record(took);
            return;
        }
        let labels = vec![
            Label::new("method", method.to_string()),
            Label::new("route", route.to_owned()),
            Label::new("status", status.as_u16().to_string()),
        ];
        let counter = self.recorder.register_counter(
            &Key::from_parts("parlor_http_requests_total", labels.clone()),
            &METADATA,
        );
        let histogram = self.recorder.register_histogram(
            &Key::from_parts("parlor_http_request_seconds", labels),
            &METADATA,
        );
        counter.increment(1);
        histogram.record(took);
        self.known.write().insert(place, (counter, histogram));
    }

    /// The page a scraper reads.
    pub(super) fn page(&self) -> String {
        self.page.run_upkeep();
        self.page.render()
    }
}
