//! Records answered requests for the operator.

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::MatchedPath;
use http::StatusCode;
use parlor_kit::dialect::ErrorExtension;
use parlor_kit::request_history::{CredentialForm, RequestFailure, RequestRecord};
use parlor_kit::route::Auth;
use parlor_kit::{DialectModule, RequestMeta};

use super::{MiddlewareState, template};

/// Routes that programs call all the time: they would leave no room for others.
const UNRECORDED_ROUTES: [&str; 4] = ["/livez", "/readyz", "/health", "/metrics"];

/// A request and its answer.
pub(super) struct AnsweredRequest<'r> {
    pub(super) method: &'static str,
    pub(super) route: Option<&'r MatchedPath>,
    pub(super) status: StatusCode,
    pub(super) elapsed: Duration,
    pub(super) credential: CredentialForm,
    pub(super) meta: &'r RequestMeta,
    pub(super) failure: Option<&'r ErrorExtension>,
}

/// Returns the dialect and the credentials of each route, by its template.
pub(super) fn routes_by_path(
    modules: &[DialectModule],
) -> HashMap<&'static str, (&'static str, Auth)> {
    let mut by_path = HashMap::new();
    for module in modules {
        for route in &module.routes {
            let path = route.path.trim_end_matches('/');
            let known = by_path.entry(path).or_insert((module.name, Auth::None));
            // Of a path's methods, those that check a credential count.
            if route.auth != Auth::None {
                *known = (module.name, route.auth);
            }
        }
    }
    by_path
}

impl MiddlewareState {
    /// Adds a request to the history of this node.
    pub(super) fn record_request(&self, request: &AnsweredRequest<'_>) {
        let path = template(request.route);
        if UNRECORDED_ROUTES.contains(&path.as_ref()) {
            return;
        }
        let known = self.routes.get(path.as_ref());
        let failure = request.failure.map(|failure| failure.0.kind());
        self.app.requests.record(RequestRecord {
            number: 0,
            id: request.meta.request_id,
            at: self.app.engine.now(),
            method: request.method,
            route: request.route.cloned(),
            dialect: known.map(|(dialect, _)| *dialect),
            auth: known.map_or(Auth::None, |(_, auth)| *auth),
            status: request.status.as_u16(),
            elapsed: request.elapsed,
            credential: request.credential,
            caller: request.meta.caller.get().copied(),
            failure: failure.map(RequestFailure::from_kind),
        });
    }
}
