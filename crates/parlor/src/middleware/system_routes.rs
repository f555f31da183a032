//! Routes outside the dialects: health, metrics, OpenAPI and AsyncAPI documents, documentation pages, the chat widget.

use std::sync::Arc;

use super::local::is_local;
use super::readiness::DatabaseState;
use super::{MetricsAccess, MiddlewareState};
use crate::accept::PeerAddress;
use crate::docs::{self, DialectDocument, DialectDocuments};
use crate::problem_response::problem_response;
use crate::widget;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::header::{ACCEPT, LOCATION, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_console::ConsoleSettings;
use parlor_gateway::Gateway;
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde_json::json;

/// Dialect whose document is also served as `/openapi.json`.
const DEFAULT_DOCUMENT: &str = "tenant-chats";

/// Builds the system routes of the main port.
pub(super) fn router(
    state: Arc<MiddlewareState>,
    documents: Vec<(&'static str, DialectDocument)>,
) -> Router<Arc<MiddlewareState>> {
    let mut router = Router::new()
        .route("/", get(root))
        .route("/livez", get(live))
        .route("/health", get(live))
        .route("/readyz", get(ready));
    match state.limits.metrics_access {
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
    router = router
        .merge(docs::router(documents))
        .merge(widget::router());
    router
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
}

/// Builds the routes of the metrics port: `/metrics` and `/livez`.
pub(super) fn metrics_router(state: Arc<MiddlewareState>) -> Router<Arc<MiddlewareState>> {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(live))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state)
}

/// Returns server information as JSON; browsers are redirected to the console, or to the documentation if there is none.
async fn root(State(state): State<Arc<MiddlewareState>>, headers: HeaderMap) -> Response {
    let settings = &state.app.settings_by_type;
    let has_console = settings.get::<Arc<ConsoleSettings>>().is_some();
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        let mut response = response::empty(StatusCode::FOUND);
        let headers = response.headers_mut();
        let target = if has_console {
            parlor_console::PATH
        } else {
            "/docs"
        };
        headers.insert(LOCATION, HeaderValue::from_static(target));
        headers.insert(VARY, HeaderValue::from_static("accept"));
        return response;
    }
    let mut card = json!({ "name": "parlor", "version": env!("CARGO_PKG_VERSION"), "url": state.app.settings.public_url, "docs": "/docs" });
    if has_console {
        card["console"] = json!(parlor_console::PATH);
    }
    response::json(StatusCode::OK, &card)
}

/// Liveness probe.
async fn live() -> Response {
    response::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Readiness probe: 200 only if the database accepts writes.
async fn ready(State(state): State<Arc<MiddlewareState>>) -> Response {
    let (status, readiness, database) = match state.readiness.check(&state.app.engine).await {
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
    response::json(
        status,
        &json!({ "status": readiness, "database": database }),
    )
}

/// Serves metrics to local programs; returns 404 to all others.
async fn local_metrics(state: State<Arc<MiddlewareState>>, request: Request) -> Response {
    if is_local(request.extensions().get::<PeerAddress>(), request.headers()) {
        metrics(state).await
    } else {
        problem_response(Error::new(ErrorKind::UnknownRoute))
    }
}

async fn metrics(State(state): State<Arc<MiddlewareState>>) -> Response {
    // An unreachable database is reported by /readyz, not here.
    if let Ok(backlog) = parlor_engine::search::backlog(&state.app.engine).await {
        state.metrics.set_index_backlog(&backlog);
    }
    if let Ok(waiting) = parlor_engine::delivery::count_all_waiting(&state.app.engine).await {
        state.metrics.set_waiting_deliveries(waiting);
    }
    if let Ok(gateway) = Gateway::from_app(&state.app) {
        state.metrics.set_connections(gateway.connections.totals());
    }
    state.metrics.set_commits(state.app.engine.commit_counts());
    let retries = state.app.engine.database_retries();
    state.metrics.set_database_retries(&retries);
    state
        .metrics
        .set_turns(&state.app.engine.turn_counts().snapshot());
    state
        .metrics
        .set_deliveries(&state.app.engine.delivery_counts().snapshot());
    response::from_bytes(
        StatusCode::OK,
        "text/plain; version=0.0.4",
        state.metrics.render().into_bytes(),
    )
}

async fn method_not_allowed(_: Request) -> Response {
    problem_response(Error::new(ErrorKind::MethodNotAllowed {
        allow: "GET, HEAD".into(),
    }))
}
