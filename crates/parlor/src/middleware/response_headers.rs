//! Headers that every response gets.

use axum::extract::MatchedPath;
use axum::response::Response;
use http::header::{CACHE_CONTROL, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue};
use parlor_kit::RequestMeta;

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RATE_LIMIT_REMAINING_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RATE_LIMIT_RESET_HEADER: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Sets the request id and the state of the rate limit.
pub(super) fn set_response_headers(response: &mut Response, meta: &RequestMeta) {
    let headers = response.headers_mut();
    let mut text = [0; 36];
    let id = meta.request_id.hyphenated().encode_lower(&mut text);
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    if let Some(quota) = meta.rate_limit.get() {
        headers.insert(RATE_LIMIT_HEADER, quota.limit.into());
        headers.insert(RATE_LIMIT_REMAINING_HEADER, quota.remaining.into());
        headers.insert(
            RATE_LIMIT_RESET_HEADER,
            quota
                .reset
                .as_secs_f64()
                .ceil()
                .max(0.0)
                .to_string()
                .parse()
                .unwrap_or(HeaderValue::from(0)),
        );
    }
}

/// Returns whether a route serves public documents, which caches may store.
pub(super) fn is_public(route: Option<&MatchedPath>) -> bool {
    let path = route.map_or("", MatchedPath::as_str);
    ["/docs", "/openapi", "/asyncapi/", "/widget/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// Forbids caching of all but public responses, and content sniffing of all. `Vary: origin` is set where a cache could
/// otherwise mix responses with and without CORS headers.
pub(super) fn set_security_headers(response: &mut Response, is_public: bool, from_page: bool) {
    let headers = response.headers_mut();
    if is_public || from_page {
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    if !is_public && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
