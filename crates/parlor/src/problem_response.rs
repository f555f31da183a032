//! Problem documents (RFC 9457): errors on paths that belong to no dialect.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use http::header::{ALLOW, RETRY_AFTER};
use parlor_kit::dialect::ErrorExtension;
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use serde_json::json;

/// Renders an error as `application/problem+json` and attaches it as [`ErrorExtension`] for the access log.
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
        response.headers_mut().insert(ALLOW, allow);
    }
    if let Some(seconds) = match error.kind() {
        ErrorKind::RateLimited { retry_after } => {
            Some(retry_after.as_secs_f64().ceil().max(1.0) as u64)
        }
        ErrorKind::Unavailable => Some(1),
        _ => None,
    } {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
        .extensions_mut()
        .insert(ErrorExtension(Arc::new(error)));
    response
}
