//! How errors are told: a sentence and a code. Clients see no status, so the code is the contract.

use std::time::Duration;

use axum::response::Response;
use http::header::{ALLOW, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::reply;
use parlor_model::Error;
use parlor_model::error::{Credential, Kind, Noun};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error.
#[derive(Serialize, ToSchema)]
pub(crate) struct Failure {
    /// What was wrong, for people.
    pub(crate) message: String,
    /// What was wrong, for programs.
    pub(crate) code: &'static str,
}

/// Status and code of a kind.
fn told(kind: &Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::Malformed { .. } | Kind::Invalid { .. } => (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        // The vendor knows neither 406 nor 415.
        Kind::UnsupportedMediaType | Kind::NotAcceptable => {
            (StatusCode::BAD_REQUEST, "BAD_REQUEST")
        }
        Kind::UnsupportedEncoding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"),
        Kind::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED"),
        Kind::Forbidden(_) => (StatusCode::FORBIDDEN, "NOT_AUTHORIZED"),
        Kind::NotFound(_) | Kind::UnknownRoute => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        Kind::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        Kind::AlreadyExists { .. } | Kind::Conflict(_) => (StatusCode::CONFLICT, "CONFLICT"),
        Kind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "CONTENT_TOO_LARGE"),
        Kind::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
        Kind::NotImplemented { .. } => (StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED"),
        Kind::Unavailable | Kind::Timeout => {
            (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE")
        }
        Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR"),
    }
}

/// The body alone, for streams that fail when their status is long sent.
pub(crate) fn body(error: &Error) -> Failure {
    let kind = error.kind();
    Failure {
        message: sentence(kind),
        code: told(kind).1,
    }
}

/// A member is a contact in this vocabulary; every credential but a borrowed one is a token.
fn sentence(kind: &Kind) -> String {
    match kind {
        Kind::NotFound(Noun::Member) => Kind::NotFound(Noun::Contact).to_string(),
        Kind::Unauthenticated(
            Credential::Key
            | Credential::TokenMissing
            | Credential::TokenInvalid
            | Credential::TokenExpired
            | Credential::TokenIssuer,
        ) => "missing or invalid token".to_owned(),
        other => other.to_string(),
    }
}

/// Errors become responses here and nowhere else.
pub(crate) fn render(error: &Error) -> Response {
    let kind = error.kind();
    let mut response = reply::json(told(kind).0, &body(error));
    if let Some((name, value)) = header(kind) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn header(kind: &Kind) -> Option<(HeaderName, HeaderValue)> {
    match kind {
        Kind::Unauthenticated(_) => Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        Kind::MethodNotAllowed { allow } => Some((ALLOW, HeaderValue::from_str(allow).ok()?)),
        // The rest of the body is not read, so the connection cannot be used again.
        Kind::TooLarge { .. } => Some((CONNECTION, HeaderValue::from_static("close"))),
        Kind::RateLimited { retry_after } => Some((RETRY_AFTER, seconds(*retry_after))),
        Kind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    }
}

/// Whole seconds, rounded up: trying again any earlier would be in vain.
fn seconds(wait: Duration) -> HeaderValue {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(whole.max(1))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use http_body_util::BodyExt;
    use parlor_testkit::errors::every_kind;

    use super::*;

    #[tokio::test]
    async fn every_kind_on_the_wire() {
        let mut wire = String::new();
        for kind in every_kind() {
            let error = Error::new(kind.clone()).because("private context");
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
