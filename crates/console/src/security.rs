//! Headers of every answer of the console, and the check of its host name.
//!
//! Keeps INV-87 (`docs/invariants.md`).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::{AppState, RequestMeta};

use crate::error_page::PageError;
use crate::session_cookie::theme;
use crate::settings::ConsoleSettings;

/// Only files of this server, no script or style inside of a page, no frames, and no HTML made by script.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Other servers learn no address of the console. Its own forms carry their origin, which `no-referrer` would make `null`.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Refuses a host name that is not this server's, and adds the headers.
pub(crate) async fn protect(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST);
    let host = host
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let meta = RequestMeta::from_extensions(request.extensions());
    let theme = theme(request.headers());
    let path = request.uri().path().to_owned();
    let mut response = match ConsoleSettings::from_app(&app) {
        Ok(settings) if settings.allows_host(&host) => next.run(request).await,
        Ok(_) => PageError::foreign_host().into_response(),
        Err(error) => PageError::from(error).into_response(),
    };
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        response = error.render(&meta, theme, &path);
    }
    let is_socket = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !is_socket && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
