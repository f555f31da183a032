//! What every request passes before and after its dialect: identity, deadline, panics, limits' headers, log, metrics.

mod access_log;
mod admission;
mod cors;
mod drain_body;
mod forwarded;
mod local;
mod metrics;
mod readiness;
mod request_id;
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
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONNECTION, ORIGIN, VARY, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use ipnet::IpNet;
use parlor_kit::client_address_limiter::{CredentialFingerprint, SocketOpened};
use parlor_kit::dialect::{ErrorExtension, rerender};
use parlor_kit::route::Auth;
use parlor_kit::{AppState, DialectModule, RequestMeta};
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde::Deserialize;

use self::readiness::ReadinessProbe;
use self::request_id::RequestIdGenerator;
use crate::accept::PeerAddress;
use crate::docs::DialectDocument;

pub use cors::AllowedOrigins;
pub use metrics::HttpMetrics;
pub(crate) use system_routes::problem_response;

/// How an error is rendered for a family of paths.
type ErrorRenderer = fn(Error, &RequestMeta) -> Response;

/// What the edge is made of.
pub struct MiddlewareState {
    request_ids: RequestIdGenerator,
    app: AppState,
    metrics: HttpMetrics,
    readiness: ReadinessProbe,
    limits: RequestLimits,
    /// Templates of the paths on which a credential is looked at, and how one is shown there.
    auth_by_path: HashMap<&'static str, Auth>,
    /// How errors are rendered on the paths that there are, by template.
    renderers: HashMap<&'static str, ErrorRenderer>,
    /// Path prefixes, longest first, and how their family renders errors on paths that there are not.
    prefix_renderers: Vec<(&'static str, ErrorRenderer)>,
}

/// What the edge holds requests to.
#[derive(Debug, Clone)]
pub struct RequestLimits {
    /// How long a request may take to be answered.
    pub deadline: Duration,
    /// Whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Whose pages may call, and open sockets.
    pub allowed_origins: AllowedOrigins,
    /// Who gets the figures at `/metrics` of the port for everybody.
    pub metrics_access: MetricsAccess,
}

/// Who gets the figures at the port for everybody. They name no tenant, but tell how much is done, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsAccess {
    /// Programs of this machine.
    Local,
    /// Everybody.
    All,
    /// Nobody: they are had on a port of their own, or not at all.
    None,
}

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RATE_LIMIT_REMAINING_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RATE_LIMIT_RESET_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The whole router: the dialects, Parlor's own paths, the fallback, and the edge around them; and the router of a port
/// that has the figures alone. Called on a runtime.
pub fn router(
    app: AppState,
    modules: Vec<DialectModule>,
    limits: RequestLimits,
) -> (Router, Router) {
    let guarded = modules
        .iter()
        .flat_map(|module| &module.routes)
        .filter(|route| route.auth != Auth::None)
        .map(|route| (route.path.trim_end_matches('/'), route.auth))
        .collect();
    // Two dialects may share a prefix, so a path that exists is answered by the dialect whose route it is.
    let renderers = modules
        .iter()
        .flat_map(|module| {
            let paths = module.routes.iter().map(|route| route.path);
            paths.map(|path| (path.trim_end_matches('/'), module.render))
        })
        .collect();
    let mut families: Vec<(&'static str, ErrorRenderer)> = modules
        .iter()
        .flat_map(|module| {
            module
                .prefixes
                .iter()
                .map(|prefix| (*prefix, module.render))
        })
        .collect();
    families.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    let edge = Arc::new(MiddlewareState {
        request_ids: RequestIdGenerator::new(app.engine.random()),
        app: app.clone(),
        metrics: HttpMetrics::default(),
        readiness: ReadinessProbe::default(),
        limits,
        auth_by_path: guarded,
        renderers,
        prefix_renderers: families,
    });
    tokio::spawn(HttpMetrics::run_upkeep(Arc::downgrade(&edge)));
    tokio::spawn(run_trim(Arc::downgrade(&edge)));
    let sections = &app.settings_by_type;
    let documents = modules
        .iter()
        .map(|module| DialectDocument::from_module(module, sections))
        .collect();
    let own = system_routes::router(edge.clone(), documents);
    let around = |inner: Router<Arc<MiddlewareState>>| {
        inner.layer(from_fn_with_state(edge.clone(), handle_request))
    };
    let whole = modules
        .into_iter()
        .fold(Router::new(), |whole, module| whole.merge(module.router))
        .with_state(app)
        .merge(own);
    let origins = &edge.limits.allowed_origins;
    let whole = whole
        .fallback(not_found)
        .layer(cors::preflight_layer(origins));
    let everybody = around(whole)
        .layer(cors::response_layer(origins))
        .with_state(edge.clone());
    let figures = system_routes::metrics_router(edge.clone()).fallback(not_found);
    let figures = around(figures).with_state(edge.clone());
    (everybody, figures)
}

/// How often what is counted of callers is gone through.
const TRIM_INTERVAL: Duration = Duration::from_secs(60);

/// Forgets callers that are not counted any more, for as long as the server lives.
async fn run_trim(edge: Weak<MiddlewareState>) {
    let mut turns = tokio::time::interval(TRIM_INTERVAL);
    loop {
        turns.tick().await;
        let Some(edge) = edge.upgrade() else {
            return;
        };
        edge.app.address_limiter.evict_idle();
        if let Some(limiter) = &edge.app.limiter {
            limiter.evict_idle();
        }
    }
}

/// A path nobody has: answered by the family whose prefix it bears.
async fn not_found(State(edge): State<Arc<MiddlewareState>>, request: Request) -> Response {
    let meta = RequestMeta::from_extensions(request.extensions());
    let error = Error::new(ErrorKind::UnknownRoute);
    edge.render_unhandled(None, request.uri().path(), error, &meta)
}

/// Around every request.
async fn handle_request(
    State(edge): State<Arc<MiddlewareState>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<PeerAddress>();
    let address = peer.map(|peer| {
        forwarded::client_address(peer.0, request.headers(), &edge.limits.trusted_proxies)
    });
    let meta = RequestMeta {
        request_id: edge.request_ids.next_id(),
        address,
        settings_by_type: edge.app.settings_by_type.clone(),
        ..RequestMeta::default()
    };
    request.extensions_mut().insert(meta.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method_label(request.method());
    // Only a failure below needs the path again.
    let path = request.uri().clone();
    let guard = &edge.app.address_limiter;
    let shown = guard.fingerprint(request.headers(), path.query());
    let refused = match (address, shown) {
        (Some(address), Some(shown)) => guard.check_credential(address, shown).err(),
        _ => None,
    };
    let barred = admission::admission_error(&request, &edge.limits.allowed_origins);
    let from_page = request.headers().contains_key(ORIGIN);
    let request = drain_body::drain_unread(request);
    let answered = match (barred, refused) {
        (Some(refusal), _) => Some(Ok(refusal.into_response())),
        (None, Some(error)) => Some(Ok(edge.render_unhandled(
            route.as_ref(),
            path.path(),
            error,
            &meta,
        ))),
        (None, None) => {
            let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
            timeout::with_timeout(edge.limits.deadline, &meta.progress, answer).await
        }
    };
    let mut response = match answered {
        Some(Ok(response)) => rerender(response, &meta),
        Some(Err(_)) => {
            let error = Error::internal("a handler panicked");
            edge.render_unhandled(route.as_ref(), path.path(), error, &meta)
        }
        None => {
            let error = Error::new(ErrorKind::Timeout);
            edge.render_unhandled(route.as_ref(), path.path(), error, &meta)
        }
    };
    // A request that nobody looked at says nothing of its credential.
    if barred.is_none() {
        edge.record_credential_use(&response, shown, route.as_ref(), &meta);
    }
    let failure = response.extensions_mut().remove::<ErrorExtension>();
    if let Some(ErrorExtension(error)) = &failure
        && matches!(error.kind(), ErrorKind::UnsupportedEncoding)
    {
        // What the body may be sent in instead (RFC 7694).
        let identity = HeaderValue::from_static("identity");
        response.headers_mut().insert(ACCEPT_ENCODING, identity);
    }
    edge.set_challenge(&mut response, route.as_ref());
    set_response_headers(&mut response, &meta);
    set_security_headers(&mut response, is_public(route.as_ref()), from_page);
    if barred.is_some() {
        // Where a head breaks the rules, nobody knows where the next one begins.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    // Templates, never paths: a path may hold a customer's name for somebody.
    let route = route.as_ref().map_or("-", |route| route.as_str());
    let took = started.elapsed();
    edge.metrics
        .record_request(method, route, response.status(), took);
    access_log::log_request(
        method,
        route,
        response.status(),
        took,
        &meta,
        failure.as_ref(),
    );
    response
}

/// A method as logs and figures name it: what a client makes up is nothing to remember it by.
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

/// Puts the request's id and its limits into the response's headers.
fn set_response_headers(response: &mut Response, meta: &RequestMeta) {
    let headers = response.headers_mut();
    let mut text = [0; 36];
    let id = meta.request_id.hyphenated().encode_lower(&mut text);
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    if let Some(quota) = meta.rate_limit.get() {
        headers.insert(RATE_LIMIT_HEADER, quota.limit.into());
        headers.insert(RATE_LIMIT_REMAINING_HEADER, quota.remaining.into());
        headers.insert(
            RATE_LIMIT_RESET_HEADER,
            quota
                .reset
                .as_secs_f64()
                .ceil()
                .max(0.0)
                .to_string()
                .parse()
                .unwrap_or(HeaderValue::from(0)),
        );
    }
}

/// What anybody may see and keep: the documents.
fn is_public(route: Option<&MatchedPath>) -> bool {
    let path = route.map_or("", MatchedPath::as_str);
    ["/docs", "/openapi", "/asyncapi/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// Keeps answers out of caches, which may be shared, and browsers from taking them for something else than they say. What
/// a cache may keep says that pages get other headers than programs, as do all answers to pages.
fn set_security_headers(response: &mut Response, is_public: bool, from_page: bool) {
    let headers = response.headers_mut();
    if is_public || from_page {
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    if !is_public && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The path of a route's row, without a trailing slash.
fn template(route: Option<&MatchedPath>) -> Cow<'_, str> {
    let path = route.map_or("", MatchedPath::as_str).trim_end_matches('/');
    match path.contains("{*") {
        true => Cow::Owned(path.replace("{*", "{")),
        false => Cow::Borrowed(path),
    }
}

impl MiddlewareState {
    /// Notes what became of a request's credential.
    fn record_credential_use(
        &self,
        response: &Response,
        shown: Option<CredentialFingerprint>,
        route: Option<&MatchedPath>,
        meta: &RequestMeta,
    ) {
        let Some(shown) = shown else {
            return;
        };
        match response.extensions().get::<ErrorExtension>() {
            Some(failure) => self
                .app
                .address_limiter
                .record_rejected(meta.address, &failure.0),
            // A socket tells only once it is open what is wrong.
            None if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                if response.extensions().get::<SocketOpened>().is_some() {
                    self.app.address_limiter.record_accepted(shown);
                }
            }
            None => {
                if self.auth_by_path.contains_key(template(route).as_ref()) {
                    self.app.address_limiter.record_accepted(shown);
                }
            }
        }
    }

    /// Says how a credential is shown where there was none that is good, and the dialect has not said it.
    fn set_challenge(&self, response: &mut Response, route: Option<&MatchedPath>) {
        if response.status() != StatusCode::UNAUTHORIZED
            || response.headers().contains_key(WWW_AUTHENTICATE)
        {
            return;
        }
        let auth = self.auth_by_path.get(template(route).as_ref());
        let challenge = auth.copied().unwrap_or(Auth::None).challenge();
        let value = HeaderValue::from_static(challenge);
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }

    /// Renders an error no handler has seen in the words of the dialect whose route it is, where there is none in those of
    /// the path's family, or else as a problem document.
    fn render_unhandled(
        &self,
        route: Option<&MatchedPath>,
        path: &str,
        error: Error,
        meta: &RequestMeta,
    ) -> Response {
        let template = route.map(|route| route.as_str().trim_end_matches('/'));
        let own = template.and_then(|template| self.renderers.get(template));
        let family = || {
            let mut families = self.prefix_renderers.iter();
            families.find(|(prefix, _)| path.starts_with(prefix))
        };
        match own.or_else(|| family().map(|(_, render)| render)) {
            Some(render) => render(error, meta),
            None => system_routes::problem_response(error),
        }
    }
}
