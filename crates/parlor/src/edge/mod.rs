//! What every request passes before and after its dialect: identity, deadline, panics, limits' headers, log, metrics.

mod access;
mod admission;
mod cors;
mod deadline;
mod forwarded;
mod identify;
mod linger;
mod local;
mod metrics;
mod operate;
mod readiness;

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
use parlor_kit::dialect::{Failure, again};
use parlor_kit::guard::{Fingerprint, OpenedSocket};
use parlor_kit::route::Auth;
use parlor_kit::{App, Meta, Module};
use parlor_model::Error;
use parlor_model::error::Kind;
use serde::Deserialize;

use self::identify::Ids;
use self::readiness::Readiness;
use crate::docs::Document;
use crate::serve::Peer;

pub use cors::Origins;
pub use metrics::Telemetry;
pub(crate) use operate::problem;

/// How an error is rendered for a family of paths.
type Render = fn(Error, &Meta) -> Response;

/// What the edge is made of.
pub struct Edge {
    ids: Ids,
    app: App,
    telemetry: Telemetry,
    readiness: Readiness,
    limits: Limits,
    /// Templates of the paths on which a credential is looked at, and how one is shown there.
    guarded: HashMap<&'static str, Auth>,
    /// How errors are rendered on the paths that there are, by template.
    renderers: HashMap<&'static str, Render>,
    /// Path prefixes, longest first, and how their family renders errors on paths that there are not.
    families: Vec<(&'static str, Render)>,
}

/// What the edge holds requests to.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a request may take to be answered.
    pub deadline: Duration,
    /// Whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Whose pages may call, and open sockets.
    pub origins: Origins,
    /// Who gets the figures at `/metrics` of the port for everybody.
    pub metrics: MetricsAccess,
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

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The whole router: the dialects, Parlor's own paths, the fallback, and the edge around them; and the router of a port
/// that has the figures alone. Called on a runtime.
pub fn router(app: App, modules: Vec<Module>, limits: Limits) -> (Router, Router) {
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
    let mut families: Vec<(&'static str, Render)> = modules
        .iter()
        .flat_map(|module| {
            module
                .prefixes
                .iter()
                .map(|prefix| (*prefix, module.render))
        })
        .collect();
    families.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    let edge = Arc::new(Edge {
        ids: Ids::new(app.engine.random()),
        app: app.clone(),
        telemetry: Telemetry::default(),
        readiness: Readiness::default(),
        limits,
        guarded,
        renderers,
        families,
    });
    tokio::spawn(Telemetry::keep(Arc::downgrade(&edge)));
    tokio::spawn(trim(Arc::downgrade(&edge)));
    let sections = &app.sections;
    let documents = modules
        .iter()
        .map(|module| Document::of(module, sections))
        .collect();
    let own = operate::router(edge.clone(), documents);
    let around = |inner: Router<Arc<Edge>>| inner.layer(from_fn_with_state(edge.clone(), pass));
    let whole = modules
        .into_iter()
        .fold(Router::new(), |whole, module| whole.merge(module.router))
        .with_state(app)
        .merge(own);
    let origins = &edge.limits.origins;
    let whole = whole.fallback(unknown).layer(cors::preflights(origins));
    let everybody = around(whole)
        .layer(cors::responses(origins))
        .with_state(edge.clone());
    let figures = operate::figures(edge.clone()).fallback(unknown);
    let figures = around(figures).with_state(edge.clone());
    (everybody, figures)
}

/// How often what is counted of callers is gone through.
const TRIM_INTERVAL: Duration = Duration::from_secs(60);

/// Forgets callers that are not counted any more, for as long as the server lives.
async fn trim(edge: Weak<Edge>) {
    let mut turns = tokio::time::interval(TRIM_INTERVAL);
    loop {
        turns.tick().await;
        let Some(edge) = edge.upgrade() else {
            return;
        };
        edge.app.guard.trim();
        if let Some(limiter) = &edge.app.limiter {
            limiter.trim();
        }
    }
}

/// A path nobody has: answered by the family whose prefix it bears.
async fn unknown(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let meta = Meta::of(request.extensions());
    let error = Error::new(Kind::UnknownRoute);
    edge.refuse(None, request.uri().path(), error, &meta)
}

/// Around every request.
async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<Peer>();
    let address =
        peer.map(|peer| forwarded::client(peer.0, request.headers(), &edge.limits.trusted_proxies));
    let meta = Meta {
        request: edge.ids.next(),
        address,
        sections: edge.app.sections.clone(),
        ..Meta::default()
    };
    request.extensions_mut().insert(meta.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = word(request.method());
    // Only a failure below needs the path again.
    let path = request.uri().clone();
    let guard = &edge.app.guard;
    let shown = guard.fingerprint(request.headers(), path.query());
    let refused = match (address, shown) {
        (Some(address), Some(shown)) => guard.check(address, shown).err(),
        _ => None,
    };
    let barred = admission::check(&request, &edge.limits.origins);
    let from_page = request.headers().contains_key(ORIGIN);
    let request = linger::to_the_end(request);
    let answered = match (barred, refused) {
        (Some(refusal), _) => Some(Ok(refusal.into_response())),
        (None, Some(error)) => Some(Ok(edge.refuse(route.as_ref(), path.path(), error, &meta))),
        (None, None) => {
            let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
            deadline::in_time(edge.limits.deadline, &meta.progress, answer).await
        }
    };
    let mut response = match answered {
        Some(Ok(response)) => again(response, &meta),
        Some(Err(_)) => {
            let error = Error::internal("a handler panicked");
            edge.refuse(route.as_ref(), path.path(), error, &meta)
        }
        None => {
            let error = Error::new(Kind::Timeout);
            edge.refuse(route.as_ref(), path.path(), error, &meta)
        }
    };
    // A request that nobody looked at says nothing of its credential.
    if barred.is_none() {
        edge.watch(&response, shown, route.as_ref(), &meta);
    }
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(Failure(error)) = &failure
        && matches!(error.kind(), Kind::UnsupportedEncoding)
    {
        // What the body may be sent in instead (RFC 7694).
        let identity = HeaderValue::from_static("identity");
        response.headers_mut().insert(ACCEPT_ENCODING, identity);
    }
    edge.challenge(&mut response, route.as_ref());
    sign(&mut response, &meta);
    protect(&mut response, is_public(route.as_ref()), from_page);
    if barred.is_some() {
        // Where a head breaks the rules, nobody knows where the next one begins.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    // Templates, never paths: a path may hold a customer's name for somebody.
    let route = route.as_ref().map_or("-", |route| route.as_str());
    let took = started.elapsed();
    edge.telemetry.count(method, route, response.status(), took);
    access::log(
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
fn word(method: &Method) -> &'static str {
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
fn sign(response: &mut Response, meta: &Meta) {
    let headers = response.headers_mut();
    let mut text = [0; 36];
    let id = meta.request.hyphenated().encode_lower(&mut text);
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(quota) = meta.quota.get() {
        headers.insert(LIMIT, quota.limit.into());
        headers.insert(REMAINING, quota.remaining.into());
        headers.insert(
            RESET,
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
fn protect(response: &mut Response, is_public: bool, from_page: bool) {
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

impl Edge {
    /// Notes what became of a request's credential.
    fn watch(
        &self,
        response: &Response,
        shown: Option<Fingerprint>,
        route: Option<&MatchedPath>,
        meta: &Meta,
    ) {
        let Some(shown) = shown else {
            return;
        };
        match response.extensions().get::<Failure>() {
            Some(failure) => self.app.guard.note_refusal(meta.address, &failure.0),
            // A socket tells only once it is open what is wrong.
            None if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                if response.extensions().get::<OpenedSocket>().is_some() {
                    self.app.guard.note_good(shown);
                }
            }
            None => {
                if self.guarded.contains_key(template(route).as_ref()) {
                    self.app.guard.note_good(shown);
                }
            }
        }
    }

    /// Says how a credential is shown where there was none that is good, and the dialect has not said it.
    fn challenge(&self, response: &mut Response, route: Option<&MatchedPath>) {
        if response.status() != StatusCode::UNAUTHORIZED
            || response.headers().contains_key(WWW_AUTHENTICATE)
        {
            return;
        }
        let auth = self.guarded.get(template(route).as_ref());
        let challenge = auth.copied().unwrap_or(Auth::None).challenge();
        let value = HeaderValue::from_static(challenge);
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }

    /// Renders an error no handler has seen in the words of the dialect whose route it is, where there is none in those of
    /// the path's family, or else as a problem document.
    fn refuse(
        &self,
        route: Option<&MatchedPath>,
        path: &str,
        error: Error,
        meta: &Meta,
    ) -> Response {
        let template = route.map(|route| route.as_str().trim_end_matches('/'));
        let own = template.and_then(|template| self.renderers.get(template));
        let family = || {
            let mut families = self.families.iter();
            families.find(|(prefix, _)| path.starts_with(prefix))
        };
        match own.or_else(|| family().map(|(_, render)| render)) {
            Some(render) => render(error, meta),
            None => operate::problem(error),
        }
    }
}
