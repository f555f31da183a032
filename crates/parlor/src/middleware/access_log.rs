//! One line a request.

use std::time::Duration;

use http::StatusCode;
use parlor_kit::RequestMeta;
use parlor_kit::dialect::ErrorExtension;
use parlor_model::error::ErrorKind;

/// What was asked, how it ended, how long it took. Server faults are errors with their private context; everything
/// else is information. Route templates only: no path, no query, no header, no body.
pub(super) fn log_request(
    method: &'static str,
    route: &str,
    status: StatusCode,
    took: Duration,
    meta: &RequestMeta,
    failure: Option<&ErrorExtension>,
) {
    let millis = took.as_secs_f64() * 1_000.0;
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
