//! Requests that nobody looks at: their head breaks the rules of HTTP, or a page may not send them.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Version};
use parlor_gateway::socket::is_upgrade;
use parlor_kit::response;
use serde_json::json;

use super::AllowedOrigins;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdmissionError {
    /// HTTP/1.1 asks for one `Host`, and for one alone (RFC 9112, section 3.2).
    InvalidHost,
    /// A page of an origin that may not call opens a socket. Browsers ask nobody before they do that.
    ForbiddenOrigin,
}

/// Whether a request may go on.
pub(super) fn admission_error(
    request: &Request,
    origins: &AllowedOrigins,
) -> Option<AdmissionError> {
    let headers = request.headers();
    if !has_valid_host(request.version(), headers) {
        return Some(AdmissionError::InvalidHost);
    }
    (is_upgrade(headers) && !allows_socket_origin(headers, origins))
        .then_some(AdmissionError::ForbiddenOrigin)
}

fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(HOST).iter();
    match (given.next(), given.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => {
            // Empty where the target has no host.
            host.is_empty() || host.to_str().is_ok_and(is_valid_host)
        }
        (Some(_), Some(_)) => false,
    }
}

/// A host, and perhaps a port: the parser alone takes anything for one.
fn is_valid_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    let port = text.strip_prefix(authority.host());
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Programs send no origin, and may open sockets; they hold a credential like everybody.
fn allows_socket_origin(headers: &HeaderMap, origins: &AllowedOrigins) -> bool {
    match origins {
        AllowedOrigins::Any => true,
        AllowedOrigins::Listed(list) => headers
            .get_all(ORIGIN)
            .iter()
            .all(|origin| list.contains(origin)),
    }
}

impl IntoResponse for AdmissionError {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::InvalidHost => (
                StatusCode::BAD_REQUEST,
                "the request must have one Host header with a host and perhaps a port",
            ),
            Self::ForbiddenOrigin => (
                StatusCode::FORBIDDEN,
                "pages of this origin may not open sockets",
            ),
        };
        let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
        response::from_bytes(
            status,
            "application/problem+json",
            body.to_string().into_bytes(),
        )
    }
}
