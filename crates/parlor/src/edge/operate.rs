//! Parlor's own paths: health, metrics, documents.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_kit::dialect::Failure;
use parlor_kit::reply;
use parlor_model::Error;
use parlor_model::error::Kind;
use serde_json::json;
use utoipa::openapi::OpenApi;

use super::Edge;

pub(super) fn router(
    edge: Arc<Edge>,
    documents: Vec<(&'static str, OpenApi)>,
) -> Router<Arc<Edge>> {
    let mut router = Router::new()
        .route("/", get(card))
        .route("/livez", get(live))
        .route("/health", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(page));
    for (name, document) in documents {
        let text = document.to_json().unwrap_or_default();
        router = router.route(
            &format!("/openapi/{name}.json"),
            get(move || async move {
                reply::bytes_of(StatusCode::OK, "application/json", text.into_bytes())
            }),
        );
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .with_state(edge)
}

/// For programs that ask what this is.
async fn card(State(edge): State<Arc<Edge>>) -> Response {
    reply::json(
        StatusCode::OK,
        &json!({ "name": "parlor", "version": env!("CARGO_PKG_VERSION"), "url": edge.app.settings.public_url, "docs": "/docs" }),
    )
}

/// The process runs.
async fn live() -> Response {
    reply::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// The process can serve: its database answers.
async fn ready(State(edge): State<Arc<Edge>>) -> Response {
    match edge.app.engine.ping().await {
        Ok(()) => reply::json(StatusCode::OK, &json!({ "status": "ok", "database": "ok" })),
        Err(_) => reply::json(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "unavailable", "database": "unreachable" }),
        ),
    }
}

async fn page(State(edge): State<Arc<Edge>>) -> Response {
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
pub(super) fn problem(error: Error) -> Response {
    let status = match error.kind() {
        Kind::UnknownRoute | Kind::NotFound(_) => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Malformed { .. } | Kind::Invalid { .. } => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Kind::Forbidden(_) => StatusCode::FORBIDDEN,
        Kind::AlreadyExists { .. } | Kind::Conflict(_) => StatusCode::CONFLICT,
        Kind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
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
    response.extensions_mut().insert(Failure(Arc::new(error)));
    response
}
