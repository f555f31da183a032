//! Which web pages may call.

use http::{HeaderName, HeaderValue, Method};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// The origins whose pages may call. Credentials stand in headers a page must set itself, never in cookies, so
/// allowing any origin gives a page nothing it was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Any.
    Any,
    /// These, as `scheme://host[:port]`.
    These(Vec<HeaderValue>),
}

pub(super) fn layer(origins: &Origins) -> CorsLayer {
    let exposed = [
        "x-api-version",
        "x-request-id",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
        "idempotent-replayed",
    ];
    CorsLayer::new()
        .allow_origin(match origins {
            Origins::Any => AllowOrigin::any(),
            Origins::These(list) => AllowOrigin::list(list.iter().cloned()),
        })
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(Duration::from_secs(3_600))
}
