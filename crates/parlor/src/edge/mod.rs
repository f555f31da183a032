//! What every request passes before and after its dialect: identity, deadline, panics, limits' headers, log, metrics.

mod access;
mod cors;
mod deadline;
mod identify;
mod linger;
mod metrics;
mod operate;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::FutureExt;
use http::header::ACCEPT_ENCODING;
use http::{HeaderName, HeaderValue, Method};
use parlor_kit::dialect::{Failure, again};
use parlor_kit::{App, Meta, Module};
use parlor_model::Error;
use parlor_model::error::Kind;

use self::identify::Ids;
use crate::docs::Document;

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
    deadline: Duration,
    /// Path prefixes, longest first, and how their family renders errors.
    families: Vec<(&'static str, Render)>,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The whole router: the dialects, Parlor's own paths, the fallback, and the edge around them. Called on a runtime.
pub fn router(app: App, modules: Vec<Module>, deadline: Duration, origins: &Origins) -> Router {
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
        deadline,
        families,
    });
    tokio::spawn(Telemetry::keep(Arc::downgrade(&edge)));
    let documents = modules.iter().map(Document::of).collect();
    let own = operate::router(edge.clone(), documents);
    modules
        .into_iter()
        .fold(Router::new(), |whole, module| whole.merge(module.router))
        .with_state(app)
        .merge(own)
        .fallback(unknown)
        .layer(from_fn_with_state(edge.clone(), pass))
        .layer(cors::layer(origins))
        .with_state(edge)
}

/// A path nobody has: answered by the family whose prefix it bears.
async fn unknown(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let meta = Meta::of(request.extensions());
    edge.refuse(request.uri().path(), Error::new(Kind::UnknownRoute), &meta)
}

/// Around every request.
async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let meta = Meta {
        request: edge.ids.next(),
        sections: edge.app.sections.clone(),
        ..Meta::default()
    };
    request.extensions_mut().insert(meta.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = word(request.method());
    // Only a failure below needs the path again.
    let path = request.uri().clone();
    let answer = AssertUnwindSafe(next.run(linger::to_the_end(request))).catch_unwind();
    let answered = deadline::in_time(edge.deadline, &meta.progress, answer).await;
    let mut response = match answered {
        Some(Ok(response)) => again(response, &meta),
        Some(Err(_)) => edge.refuse(path.path(), Error::internal("a handler panicked"), &meta),
        None => edge.refuse(path.path(), Error::new(Kind::Timeout), &meta),
    };
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(Failure(error)) = &failure
        && matches!(error.kind(), Kind::UnsupportedEncoding)
    {
        // What the body may be sent in instead (RFC 7694).
        let identity = HeaderValue::from_static("identity");
        response.headers_mut().insert(ACCEPT_ENCODING, identity);
    }
    sign(&mut response, &meta);
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

impl Edge {
    /// Renders an error no handler has seen in the words of the path's family, or as a problem document.
    fn refuse(&self, path: &str, error: Error, meta: &Meta) -> Response {
        match self
            .families
            .iter()
            .find(|(prefix, _)| path.starts_with(prefix))
        {
            Some((_, render)) => render(error, meta),
            None => operate::problem(error),
        }
    }
}
