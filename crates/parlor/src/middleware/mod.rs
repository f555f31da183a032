//! Middleware around every request: request id, client address, timeout, panic handling, response headers,
//! access log and metrics.
//!
//! Keeps INV-50 (`docs/invariants.md`).

mod access_log;
mod admission;
mod cors;
mod drain_body;
mod forwarded;
mod local;
mod metrics;
mod readiness;
mod request_id;
mod request_limits;
mod request_recording;
mod response_headers;
mod system_routes;
mod timeout;

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::{ACCEPT_ENCODING, CONNECTION, ORIGIN, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use parlor_kit::client_address_limiter::{CredentialFingerprint, SocketOpened};
use parlor_kit::dialect::{ErrorExtension, rerender};
use parlor_kit::request_history::CredentialForm;
use parlor_kit::route::Auth;
use parlor_kit::{AppState, DialectModule, RequestMeta};
use parlor_model::Error;
use parlor_model::error::ErrorKind;

use self::metrics::HttpMetrics;
use self::readiness::ReadinessProbe;
use self::request_id::RequestIdGenerator;
use self::request_recording::AnsweredRequest;
use self::response_headers::{is_public, set_response_headers, set_security_headers};
use crate::accept::PeerAddress;
use crate::docs::DialectDocument;
use crate::problem_response::problem_response;

pub use cors::AllowedOrigins;
pub use request_limits::MetricsAccess;
pub(crate) use request_limits::RequestLimits;

/// Renders an error in the format of one dialect.
type ErrorRenderer = fn(Error, &RequestMeta) -> Response;

/// State of the middleware.
pub(crate) struct MiddlewareState {
    request_ids: RequestIdGenerator,
    app: AppState,
    metrics: HttpMetrics,
    readiness: ReadinessProbe,
    limits: RequestLimits,
    /// Dialects and credentials by route template.
    routes: HashMap<&'static str, (&'static str, Auth)>,
    /// Error renderers by route template.
    renderers: HashMap<&'static str, ErrorRenderer>,
    /// Error renderers of unknown paths by path prefix, longest prefix first.
    prefix_renderers: Vec<(&'static str, ErrorRenderer)>,
}

/// Builds the main router (dialects, other routes such as those of carriers, system routes, fallback) and the router of the metrics port, both with the
/// middleware. Spawns background tasks, so it must be called on a Tokio runtime.
pub(crate) fn router(
    app: AppState,
    modules: Vec<DialectModule>,
    other_router: Router<AppState>,
    limits: RequestLimits,
) -> (Router, Router) {
    let routes = request_recording::routes_by_path(&modules);
    // Dialects may share a prefix, so errors on a known route are rendered by the dialect of the route.
    let renderers = modules
        .iter()
        .flat_map(|module| {
            let paths = module.routes.iter().map(|route| route.path);
            paths.map(|path| (path.trim_end_matches('/'), module.render))
        })
        .collect();
    let mut prefix_renderers: Vec<(&'static str, ErrorRenderer)> = modules
        .iter()
        .flat_map(|module| {
            module
                .prefixes
                .iter()
                .map(|prefix| (*prefix, module.render))
        })
        .collect();
    prefix_renderers.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    let state = Arc::new(MiddlewareState {
        request_ids: RequestIdGenerator::new(app.engine.random()),
        app: app.clone(),
        metrics: HttpMetrics::default(),
        readiness: ReadinessProbe::default(),
        limits,
        routes,
        renderers,
        prefix_renderers,
    });
    tokio::spawn(HttpMetrics::run_upkeep(Arc::downgrade(&state)));
    tokio::spawn(run_trim(Arc::downgrade(&state)));
    let settings_by_type = &app.settings_by_type;
    let documents = modules
        .iter()
        .map(|module| DialectDocument::from_module(module, settings_by_type))
        .collect();
    let system_router = system_routes::router(state.clone(), documents);
    let with_middleware = |inner: Router<Arc<MiddlewareState>>| {
        inner.layer(from_fn_with_state(state.clone(), handle_request))
    };
    let router = modules
        .into_iter()
        .fold(other_router, |router, module| router.merge(module.router))
        .with_state(app)
        .merge(system_router);
    let origins = &state.limits.allowed_origins;
    let router = router
        .fallback(not_found)
        .layer(cors::preflight_layer(origins));
    let main_router = with_middleware(router)
        .layer(cors::response_layer(origins))
        .with_state(state.clone());
    let metrics_router = system_routes::metrics_router(state.clone()).fallback(not_found);
    let metrics_router = with_middleware(metrics_router).with_state(state.clone());
    (main_router, metrics_router)
}

/// Interval at which idle rate limiter entries are evicted.
const TRIM_INTERVAL: Duration = Duration::from_secs(60);

/// Evicts idle rate limiter entries until the server is dropped.
async fn run_trim(state: Weak<MiddlewareState>) {
    let mut interval = tokio::time::interval(TRIM_INTERVAL);
    loop {
        interval.tick().await;
        let Some(state) = state.upgrade() else {
            return;
        };
        state.app.address_limiter.evict_idle();
        if let Some(limiter) = &state.app.limiter {
            limiter.evict_idle();
        }
    }
}

/// Answers an unknown path in the error format of the dialect whose prefix it has.
async fn not_found(State(state): State<Arc<MiddlewareState>>, request: Request) -> Response {
    let meta = RequestMeta::from_extensions(request.extensions());
    let error = Error::new(ErrorKind::UnknownRoute);
    state.render_unhandled(None, request.uri().path(), error, &meta)
}

/// Handles one request: admission, dialect, response headers, metrics and access log.
async fn handle_request(
    State(state): State<Arc<MiddlewareState>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<PeerAddress>();
    let address = peer.map(|peer| {
        forwarded::client_address(peer.0, request.headers(), &state.limits.trusted_proxies)
    });
    let meta = RequestMeta {
        request_id: state.request_ids.next_id(),
        address,
        settings_by_type: state.app.settings_by_type.clone(),
        ..RequestMeta::default()
    };
    request.extensions_mut().insert(meta.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method_label(request.method());
    // Needed only to render errors.
    let path = request.uri().clone();
    let address_limiter = &state.app.address_limiter;
    let fingerprint = address_limiter.fingerprint(request.headers(), path.query());
    let limit_error = match (address, fingerprint) {
        (Some(address), Some(fingerprint)) => {
            address_limiter.check_credential(address, fingerprint).err()
        }
        _ => None,
    };
    let admission_error = admission::admission_error(&request, &state.limits.allowed_origins);
    let credential = CredentialForm::from_headers(request.headers());
    let from_page = request.headers().contains_key(ORIGIN);
    let request = drain_body::drain_unread(request);
    let result = match (admission_error, limit_error) {
        (Some(error), _) => Some(Ok(error.into_response())),
        (None, Some(error)) => Some(Ok(state.render_unhandled(
            route.as_ref(),
            path.path(),
            error,
            &meta,
        ))),
        (None, None) => {
            let response = AssertUnwindSafe(next.run(request)).catch_unwind();
            timeout::with_timeout(state.limits.deadline, &meta.progress, response).await
        }
    };
    let mut response = match result {
        Some(Ok(response)) => rerender(response, &meta),
        Some(Err(_)) => {
            let error = Error::internal("a handler panicked");
            state.render_unhandled(route.as_ref(), path.path(), error, &meta)
        }
        None => {
            let error = Error::new(ErrorKind::Timeout);
            state.render_unhandled(route.as_ref(), path.path(), error, &meta)
        }
    };
    // A request that was not admitted did not check its credential.
    if admission_error.is_none() {
        state.record_credential_use(&response, fingerprint, route.as_ref(), &meta);
    }
    let failure = response.extensions_mut().remove::<ErrorExtension>();
    if let Some(ErrorExtension(error)) = &failure
        && matches!(error.kind(), ErrorKind::UnsupportedEncoding)
    {
        // States the supported content encoding (RFC 7694).
        let identity = HeaderValue::from_static("identity");
        response.headers_mut().insert(ACCEPT_ENCODING, identity);
    }
    state.set_challenge(&mut response, route.as_ref());
    set_response_headers(&mut response, &meta);
    set_security_headers(&mut response, is_public(route.as_ref()), from_page);
    if admission_error.is_some() {
        // After an invalid head the start of the next request is unknown.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    let elapsed = started.elapsed();
    // Only the route template is recorded: a path may contain personal data.
    state.record_request(&AnsweredRequest {
        method,
        route: route.as_ref(),
        status: response.status(),
        elapsed,
        credential,
        meta: &meta,
        failure: failure.as_ref(),
    });
    let route = route.as_ref().map_or("-", |route| route.as_str());
    state
        .metrics
        .record_request(method, route, response.status(), elapsed);
    access_log::log_request(
        method,
        route,
        response.status(),
        elapsed,
        &meta,
        failure.as_ref(),
    );
    response
}

/// Returns the method's label in logs and metrics. Unknown methods share one label, so that clients cannot create
/// unlimited label values.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: &[Method] = &[
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ];
    match KNOWN.iter().find(|known| *known == method) {
        Some(known) => known.as_str(),
        None => "other",
    }
}

/// Returns the path template of a route's row, without a trailing slash.
fn template(route: Option<&MatchedPath>) -> Cow<'_, str> {
    let path = route.map_or("", MatchedPath::as_str).trim_end_matches('/');
    match path.contains("{*") {
        true => Cow::Owned(path.replace("{*", "{")),
        false => Cow::Borrowed(path),
    }
}

impl MiddlewareState {
    /// Records in the address limiter whether the request's credential was accepted or rejected.
    fn record_credential_use(
        &self,
        response: &Response,
        fingerprint: Option<CredentialFingerprint>,
        route: Option<&MatchedPath>,
        meta: &RequestMeta,
    ) {
        let Some(fingerprint) = fingerprint else {
            return;
        };
        match response.extensions().get::<ErrorExtension>() {
            Some(failure) => self
                .app
                .address_limiter
                .record_rejected(meta.address, &failure.0),
            // Some sockets report an invalid credential only after the upgrade.
            None if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                if response.extensions().get::<SocketOpened>().is_some() {
                    self.app.address_limiter.record_accepted(fingerprint);
                }
            }
            None => {
                if self.auth_of(route) != Auth::None {
                    self.app.address_limiter.record_accepted(fingerprint);
                }
            }
        }
    }

    /// Returns the kind of credential that a route checks.
    fn auth_of(&self, route: Option<&MatchedPath>) -> Auth {
        let route = self.routes.get(template(route).as_ref());
        route.map_or(Auth::None, |(_, auth)| *auth)
    }

    /// Adds `WWW-Authenticate` to a 401 response that has none.
    fn set_challenge(&self, response: &mut Response, route: Option<&MatchedPath>) {
        if response.status() != StatusCode::UNAUTHORIZED
            || response.headers().contains_key(WWW_AUTHENTICATE)
        {
            return;
        }
        let value = HeaderValue::from_static(self.auth_of(route).challenge());
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }

    /// Renders an error that no handler has rendered: in the format of the dialect that has the route; without a
    /// route in the format of the dialect whose prefix the path has; otherwise as a problem document.
    fn render_unhandled(
        &self,
        route: Option<&MatchedPath>,
        path: &str,
        error: Error,
        meta: &RequestMeta,
    ) -> Response {
        let template = route.map(|route| route.as_str().trim_end_matches('/'));
        let by_route = template.and_then(|template| self.renderers.get(template));
        let by_prefix = || {
            let mut renderers = self.prefix_renderers.iter();
            renderers.find(|(prefix, _)| path.starts_with(prefix))
        };
        match by_route.or_else(|| by_prefix().map(|(_, render)| render)) {
            Some(render) => render(error, meta),
            None => problem_response(error),
        }
    }
}
