//! Parlor's own paths: health, metrics, documents.

use std::sync::Arc;

use super::local::is_local;
use super::readiness::Database;
use super::{Edge, MetricsAccess};
use crate::docs::{self, Document, Documents};
use crate::serve::Peer;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::header::{ACCEPT, LOCATION, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_kit::dialect::Failure;
use parlor_kit::reply;
use parlor_model::Error;
use parlor_model::error::Kind;
use serde_json::json;

/// The dialect whose clients look for its document where no name is.
const BARE: &str = "tenant-chats";

pub(super) fn router(
    edge: Arc<Edge>,
    documents: Vec<(&'static str, Document)>,
) -> Router<Arc<Edge>> {
    let mut router = Router::new()
        .route("/", get(card))
        .route("/livez", get(live))
        .route("/health", get(live))
        .route("/readyz", get(ready));
    match edge.limits.metrics {
        MetricsAccess::All => router = router.route("/metrics", get(page)),
        MetricsAccess::Local => router = router.route("/metrics", get(local_page)),
        MetricsAccess::None => {}
    }
    let (names, documents): (Vec<_>, Vec<_>) = documents.into_iter().unzip();
    let documents: Documents = Arc::new(documents);
    for (index, name) in names.into_iter().enumerate() {
        let documents = documents.clone();
        let document = move || async move {
            let text = documents[index].text();
            reply::bytes_of(StatusCode::OK, "application/json", text)
        };
        if name == BARE {
            router = router.route("/openapi.json", get(document.clone()));
        }
        router = router.route(&format!("/openapi/{name}.json"), get(document));
        if let Some(text) = docs::asyncapi(name) {
            let document = move || async move {
                reply::bytes_of(StatusCode::OK, "application/json", text.into())
            };
            router = router.route(&format!("/asyncapi/{name}.json"), get(document));
        }
    }
    router = router.merge(docs::router(documents));
    router
        .method_not_allowed_fallback(wrong_method)
        .with_state(edge)
}

/// The figures alone, for a port of their own, and what tells that it is there.
pub(super) fn figures(edge: Arc<Edge>) -> Router<Arc<Edge>> {
    Router::new()
        .route("/metrics", get(page))
        .route("/livez", get(live))
        .method_not_allowed_fallback(wrong_method)
        .with_state(edge)
}

/// What this is, for programs; people are led to the pages.
async fn card(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        let mut response = reply::status_only(StatusCode::TEMPORARY_REDIRECT);
        let headers = response.headers_mut();
        headers.insert(LOCATION, HeaderValue::from_static("/docs"));
        headers.insert(VARY, HeaderValue::from_static("accept"));
        return response;
    }
    reply::json(
        StatusCode::OK,
        &json!({ "name": "parlor", "version": env!("CARGO_PKG_VERSION"), "url": edge.app.settings.public_url, "docs": "/docs" }),
    )
}

/// The process runs.
async fn live() -> Response {
    reply::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// The process can serve: its database stores something.
async fn ready(State(edge): State<Arc<Edge>>) -> Response {
    let (status, word, database) = match edge.readiness.look(&edge.app.engine).await {
        Database::Ready => (StatusCode::OK, "ok", "ok"),
        Database::ReadOnly => (
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "not writable",
        ),
        Database::Away => (
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "unreachable",
        ),
    };
    reply::json(status, &json!({ "status": word, "database": database }))
}

/// The figures for programs of this machine; to others there is no such path.
async fn local_page(state: State<Arc<Edge>>, request: Request) -> Response {
    if is_local(request.extensions().get::<Peer>(), request.headers()) {
        page(state).await
    } else {
        problem(Error::new(Kind::UnknownRoute))
    }
}

async fn page(State(edge): State<Arc<Edge>>) -> Response {
    // A database that does not answer is told of by /readyz.
    if let Ok(waiting) = parlor_engine::search::waiting(&edge.app.engine).await {
        edge.telemetry.waiting(&waiting);
    }
    reply::bytes_of(
        StatusCode::OK,
        "text/plain; version=0.0.4",
        edge.telemetry.page().into_bytes(),
    )
}

async fn wrong_method(_: Request) -> Response {
    problem(Error::new(Kind::MethodNotAllowed {
        allow: "GET, HEAD".into(),
    }))
}

/// The problem document of paths that belong to no vendor.
pub(crate) fn problem(error: Error) -> Response {
    let status = match error.kind() {
        Kind::UnknownRoute | Kind::NotFound(_) => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Malformed { .. } | Kind::Invalid { .. } => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Kind::Forbidden(_) => StatusCode::FORBIDDEN,
        Kind::AlreadyExists { .. } | Kind::Conflict(_) => StatusCode::CONFLICT,
        Kind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMediaType | Kind::UnsupportedEncoding => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        Kind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Kind::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Kind::NotImplemented { .. } => StatusCode::NOT_IMPLEMENTED,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": error.to_string() });
    let mut response = reply::bytes_of(
        status,
        "application/problem+json",
        body.to_string().into_bytes(),
    );
    if let Kind::MethodNotAllowed { allow } = error.kind()
        && let Ok(allow) = allow.parse()
    {
        response.headers_mut().insert(http::header::ALLOW, allow);
    }
    if let Some(seconds) = match error.kind() {
        Kind::RateLimited { retry_after } => Some(retry_after.as_secs_f64().ceil().max(1.0) as u64),
        Kind::Unavailable => Some(1),
        _ => None,
    } {
        let headers = response.headers_mut();
        headers.insert(http::header::RETRY_AFTER, seconds.into());
    }
    response.extensions_mut().insert(Failure(Arc::new(error)));
    response
}
