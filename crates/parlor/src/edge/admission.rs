//! Requests that nobody looks at: their head breaks the rules of HTTP, or a page may not send them.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Version};
use parlor_gateway::socket::is_upgrade;
use parlor_kit::reply;
use serde_json::json;

use super::Origins;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// HTTP/1.1 asks for one `Host`, and for one alone (RFC 9112, section 3.2).
    Host,
    /// A page of an origin that may not call opens a socket. Browsers ask nobody before they do that.
    Origin,
}

/// Whether a request may go on.
pub(super) fn check(request: &Request, origins: &Origins) -> Option<Refusal> {
    let headers = request.headers();
    if !has_host(request.version(), headers) {
        return Some(Refusal::Host);
    }
    (is_upgrade(headers) && !may_open(headers, origins)).then_some(Refusal::Origin)
}

fn has_host(version: Version, headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(HOST).iter();
    match (given.next(), given.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => {
            // Empty where the target has no host.
            host.is_empty() || host.to_str().is_ok_and(is_host)
        }
        (Some(_), Some(_)) => false,
    }
}

/// A host, and perhaps a port: the parser alone takes anything for one.
fn is_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    let port = text.strip_prefix(authority.host());
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Programs send no origin, and may open sockets; they hold a credential like everybody.
fn may_open(headers: &HeaderMap, origins: &Origins) -> bool {
    match origins {
        Origins::Any => true,
        Origins::These(list) => headers
            .get_all(ORIGIN)
            .iter()
            .all(|origin| list.contains(origin)),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::Host => (
                StatusCode::BAD_REQUEST,
                "the request must have one Host header with a host and perhaps a port",
            ),
            Self::Origin => (
                StatusCode::FORBIDDEN,
                "pages of this origin may not open sockets",
            ),
        };
        let body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
        reply::bytes_of(
            status,
            "application/problem+json",
            body.to_string().into_bytes(),
        )
    }
}
