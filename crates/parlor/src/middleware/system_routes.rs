//! Parlor's own paths: health, metrics, documents.

use std::sync::Arc;

use super::local::is_local;
use super::readiness::DatabaseState;
use super::{MetricsAccess, MiddlewareState};
use crate::accept::PeerAddress;
use crate::docs::{self, DialectDocument, DialectDocuments};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::header::{ACCEPT, LOCATION, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_kit::dialect::ErrorExtension;
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde_json::json;

/// The dialect whose clients look for its document where no name is.
const DEFAULT_DOCUMENT: &str = "tenant-chats";

pub(super) fn router(
    edge: Arc<MiddlewareState>,
    documents: Vec<(&'static str, DialectDocument)>,
) -> Router<Arc<MiddlewareState>> {
    let mut router = Router::new()
        .route("/", get(root))
        .route("/livez", get(live))
        .route("/health", get(live))
        .route("/readyz", get(ready));
    match edge.limits.metrics_access {
        MetricsAccess::All => router = router.route("/metrics", get(metrics)),
        MetricsAccess::Local => router = router.route("/metrics", get(local_metrics)),
        MetricsAccess::None => {}
    }
    let (names, documents): (Vec<_>, Vec<_>) = documents.into_iter().unzip();
    let documents: DialectDocuments = Arc::new(documents);
    for (index, name) in names.into_iter().enumerate() {
        let documents = documents.clone();
        let document = move || async move {
            let text = documents[index].to_json();
            response::from_bytes(StatusCode::OK, "application/json", text)
        };
        if name == DEFAULT_DOCUMENT {
            router = router.route("/openapi.json", get(document.clone()));
        }
        router = router.route(&format!("/openapi/{name}.json"), get(document));
        if let Some(text) = docs::asyncapi_document(name) {
            let document = move || async move {
                response::from_bytes(StatusCode::OK, "application/json", text.into())
            };
            router = router.route(&format!("/asyncapi/{name}.json"), get(document));
        }
    }
    router = router.merge(docs::router(documents));
    router
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(edge)
}

/// The figures alone, for a port of their own, and what tells that it is there.
pub(super) fn metrics_router(edge: Arc<MiddlewareState>) -> Router<Arc<MiddlewareState>> {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(live))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(edge)
}

/// What this is, for programs; people are led to the pages.
async fn root(State(edge): State<Arc<MiddlewareState>>, headers: HeaderMap) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        let mut response = response::empty(StatusCode::TEMPORARY_REDIRECT);
        let headers = response.headers_mut();
        headers.insert(LOCATION, HeaderValue::from_static("/docs"));
        headers.insert(VARY, HeaderValue::from_static("accept"));
        return response;
    }
    response::json(
        StatusCode::OK,
        &json!({ "name": "parlor", "version": env!("CARGO_PKG_VERSION"), "url": edge.app.settings.public_url, "docs": "/docs" }),
    )
}

/// The process runs.
async fn live() -> Response {
    response::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// The process can serve: its database stores something.
async fn ready(State(edge): State<Arc<MiddlewareState>>) -> Response {
    let (status, word, database) = match edge.readiness.check(&edge.app.engine).await {
        DatabaseState::Ready => (StatusCode::OK, "ok", "ok"),
        DatabaseState::ReadOnly => (
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "not writable",
        ),
        DatabaseState::Unreachable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "unreachable",
        ),
    };
    response::json(status, &json!({ "status": word, "database": database }))
}

/// The figures for programs of this machine; to others there is no such path.
async fn local_metrics(state: State<Arc<MiddlewareState>>, request: Request) -> Response {
    if is_local(request.extensions().get::<PeerAddress>(), request.headers()) {
        metrics(state).await
    } else {
        problem_response(Error::new(ErrorKind::UnknownRoute))
    }
}

async fn metrics(State(edge): State<Arc<MiddlewareState>>) -> Response {
    // A database that does not answer is told of by /readyz.
    if let Ok(waiting) = parlor_engine::search::backlog(&edge.app.engine).await {
        edge.metrics.set_index_backlog(&waiting);
    }
    response::from_bytes(
        StatusCode::OK,
        "text/plain; version=0.0.4",
        edge.metrics.render().into_bytes(),
    )
}

async fn method_not_allowed(_: Request) -> Response {
    problem_response(Error::new(ErrorKind::MethodNotAllowed {
        allow: "GET, HEAD".into(),
    }))
}

/// The problem document of paths that belong to no vendor.
pub(crate) fn problem_response(error: Error) -> Response {
    let status = match error.kind() {
        ErrorKind::UnknownRoute | ErrorKind::NotFound(_) => StatusCode::NOT_FOUND,
        ErrorKind::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden(_) => StatusCode::FORBIDDEN,
        ErrorKind::AlreadyExists { .. } | ErrorKind::Conflict(_) => StatusCode::CONFLICT,
        ErrorKind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::UnsupportedMediaType | ErrorKind::UnsupportedEncoding => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        ErrorKind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        ErrorKind::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::NotImplemented { .. } => StatusCode::NOT_IMPLEMENTED,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": error.to_string() });
    let mut response = response::from_bytes(
        status,
        "application/problem+json",
        body.to_string().into_bytes(),
    );
    if let ErrorKind::MethodNotAllowed { allow } = error.kind()
        && let Ok(allow) = allow.parse()
    {
        response.headers_mut().insert(http::header::ALLOW, allow);
    }
    if let Some(seconds) = match error.kind() {
        ErrorKind::RateLimited { retry_after } => {
            Some(retry_after.as_secs_f64().ceil().max(1.0) as u64)
        }
        ErrorKind::Unavailable => Some(1),
        _ => None,
    } {
        let headers = response.headers_mut();
        headers.insert(http::header::RETRY_AFTER, seconds.into());
    }
    response
        .extensions_mut()
        .insert(ErrorExtension(Arc::new(error)));
    response
}
