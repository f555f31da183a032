//! Access log: one line per request.

use std::time::Duration;

use http::StatusCode;
use parlor_kit::RequestMeta;
use parlor_kit::dialect::ErrorExtension;
use parlor_model::error::ErrorKind;

/// Logs method, route template, status and duration. Server faults are logged at level ERROR with their private
/// context, everything else at INFO. Paths, queries, headers and bodies are never logged.
pub(super) fn log_request(
    method: &'static str,
    route: &str,
    status: StatusCode,
    elapsed: Duration,
    meta: &RequestMeta,
    failure: Option<&ErrorExtension>,
) {
    let millis = elapsed.as_secs_f64() * 1_000.0;
    let status = status.as_u16();
    let error = failure.map(|failure| failure.0.as_ref());
    let fault = error.filter(|error| {
        matches!(
            error.kind(),
            ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Timeout
        )
    });
    if let Some(error) = fault {
        let context = error.context().unwrap_or("");
        tracing::error!(target: "parlor::access", method, route, status, millis, request = %meta.request_id, error = %error, context, "failed");
    } else {
        tracing::info!(target: "parlor::access", method, route, status, millis, request = %meta.request_id, "answered");
    }
}
