//! Rendering of errors: a message and a code. The vendor's clients do not expose the status, so the code must be specific.

use std::time::Duration;

use axum::response::Response;
use http::header::{ALLOW, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::{CredentialReason, EntityKind, ErrorKind};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Failure)]
pub(crate) struct ErrorResponse {
    /// What was wrong, for people.
    pub(crate) message: String,
    /// What was wrong, for programs.
    pub(crate) code: &'static str,
}

/// Returns the status and the code of an error kind.
fn status_and_code(kind: &ErrorKind) -> (StatusCode, &'static str) {
    match kind {
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => {
            (StatusCode::BAD_REQUEST, "BAD_REQUEST")
        }
        // The vendor has no codes for 406 and 415.
        ErrorKind::UnsupportedMediaType | ErrorKind::NotAcceptable => {
            (StatusCode::BAD_REQUEST, "BAD_REQUEST")
        }
        ErrorKind::UnsupportedEncoding => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
        }
        ErrorKind::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED"),
        ErrorKind::Forbidden(_) => (StatusCode::FORBIDDEN, "NOT_AUTHORIZED"),
        ErrorKind::NotFound(_) | ErrorKind::UnknownRoute => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        ErrorKind::MethodNotAllowed { .. } => {
            (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED")
        }
        ErrorKind::AlreadyExists { .. } | ErrorKind::Conflict(_) => {
            (StatusCode::CONFLICT, "CONFLICT")
        }
        ErrorKind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "CONTENT_TOO_LARGE"),
        ErrorKind::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
        ErrorKind::NotImplemented { .. } => (StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED"),
        ErrorKind::Unavailable | ErrorKind::Timeout => {
            (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE")
        }
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR"),
    }
}

/// Returns the body of an error; alone it is for streams whose status is sent already.
pub(crate) fn error_response(error: &Error) -> ErrorResponse {
    let kind = error.kind();
    ErrorResponse {
        message: message(kind),
        code: status_and_code(kind).1,
    }
}

/// Returns the message of an error kind. Members are called contacts here; all credentials are called tokens.
fn message(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound(EntityKind::Member) => {
            ErrorKind::NotFound(EntityKind::Contact).to_string()
        }
        ErrorKind::Unauthenticated(
            CredentialReason::Key
            | CredentialReason::TokenMissing
            | CredentialReason::TokenInvalid
            | CredentialReason::TokenExpired
            | CredentialReason::TokenIssuer,
        ) => "missing or invalid token".to_owned(),
        other => other.to_string(),
    }
}

/// Renders an error as a response. All errors of this dialect are rendered here.
pub(crate) fn render(error: &Error) -> Response {
    let kind = error.kind();
    let mut response = response::json(status_and_code(kind).0, &error_response(error));
    if let Some((name, value)) = response_header(kind) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Returns the header that an error kind requires besides those of every response.
fn response_header(kind: &ErrorKind) -> Option<(HeaderName, HeaderValue)> {
    match kind {
        ErrorKind::Unauthenticated(_) => {
            Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
        }
        ErrorKind::MethodNotAllowed { allow } => Some((ALLOW, HeaderValue::from_str(allow).ok()?)),
        // The rest of the body is not read, so the connection cannot be reused.
        ErrorKind::TooLarge { .. } => Some((CONNECTION, HeaderValue::from_static("close"))),
        ErrorKind::RateLimited { retry_after } => {
            Some((RETRY_AFTER, retry_after_seconds(*retry_after)))
        }
        ErrorKind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    }
}

/// Returns whole seconds, rounded up so that a retry after them is not too early.
fn retry_after_seconds(wait: Duration) -> HeaderValue {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(whole.max(1))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use http_body_util::BodyExt;
    use parlor_testkit::error_samples::all_error_kinds;

    use super::*;

    #[tokio::test]
    async fn error_kinds_have_responses() {
        let mut wire = String::new();
        for kind in all_error_kinds() {
            let error = Error::new(kind.clone()).with_context("private context");
            let (head, body) = render(&error).into_parts();
            let _ = writeln!(wire, "{kind:?}\n  {}", head.status);
            for (name, value) in &head.headers {
                let _ = writeln!(wire, "  {name}: {}", value.to_str().unwrap());
            }
            let bytes = body.collect().await.unwrap().to_bytes();
            let _ = writeln!(wire, "  {}\n", String::from_utf8_lossy(&bytes));
        }
        assert!(!wire.contains("private"));
        insta::assert_snapshot!(wire);
    }
}
