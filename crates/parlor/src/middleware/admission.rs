//! Checks before routing: the `Host` header, and the origin of WebSocket upgrades.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Version};
use parlor_gateway::socket::is_upgrade;
use parlor_kit::response;
use serde_json::json;

use super::AllowedOrigins;

/// Reason for which a request is rejected before routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdmissionError {
    /// The request has not exactly one valid `Host` header (RFC 9112, section 3.2).
    InvalidHost,
    /// A WebSocket upgrade comes from an origin that is not allowed. Browsers send no CORS preflight for upgrades.
    ForbiddenOrigin,
}

/// Returns the reason to reject a request, if any.
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
    let mut values = headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => {
            // `Host` is empty if the request target has no authority.
            host.is_empty() || host.to_str().is_ok_and(is_valid_host)
        }
        (Some(_), Some(_)) => false,
    }
}

/// Checks for a host with an optional numeric port. `Authority` alone accepts more, such as user info.
fn is_valid_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    let port = text.strip_prefix(authority.host());
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Checks the `Origin` header of an upgrade. Clients other than browsers send none and are accepted; their credential
/// is checked as usual.
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
