//! Records answered calls of the dialects, for pages that show them.

use std::time::Duration;

use axum::extract::MatchedPath;
use http::StatusCode;
use parlor_kit::RequestMeta;
use parlor_kit::call_log::RecordedCall;
use parlor_kit::dialect::ErrorExtension;

use super::{MiddlewareState, template};

impl MiddlewareState {
    /// Records a call of a dialect whose caller is known.
    pub(super) fn record_call(
        &self,
        method: &'static str,
        route: Option<&MatchedPath>,
        (status, elapsed): (StatusCode, Duration),
        meta: &RequestMeta,
        failure: Option<&ErrorExtension>,
    ) {
        let route = template(route);
        let (Some(origin), Some(dialect)) = (meta.origin.get(), self.dialects.get(route.as_ref()))
        else {
            return;
        };
        self.app.calls.record(RecordedCall {
            number: 0,
            at: self.app.engine.now(),
            origin: *origin,
            dialect,
            method,
            route: route.into_owned(),
            status: status.as_u16(),
            elapsed,
            request: meta.request_id,
            reason: failure.map(|failure| failure.0.to_string()),
        });
    }
}
