//! Opening handshake of a WebSocket (RFC 6455, section 4.2).

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Protocol version.
const WEBSOCKET_VERSION: HeaderValue = HeaderValue::from_static("13");
/// Decoded bytes of a key.
const KEY_BYTES: usize = 16;
/// Some clients generate 22 characters rather than 16 bytes; excess bits of the last one are accepted.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Valid upgrade request.
pub struct Handshake {
    accept: HeaderValue,
    pub(super) upgrade: OnUpgrade,
}

/// Why a request cannot be upgraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandshakeError {
    /// Not an upgrade request, or HTTP/1.0. Status 426.
    NotWebSocket,
    /// Another protocol version. Status 426.
    UnsupportedVersion,
    /// `Sec-WebSocket-Key` is missing, duplicated, or not 16 bytes in Base64. Status 400.
    InvalidKey,
}

/// Extractor of the handshake; dialects render its error.
pub struct SocketRequest(pub Result<Handshake, HandshakeError>);

impl<S: Sync> FromRequestParts<S> for SocketRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Handshake::from_parts(parts)))
    }
}

impl Handshake {
    fn from_parts(parts: &mut Parts) -> Result<Self, HandshakeError> {
        let headers = &parts.headers;
        if !is_upgrade(headers) || !header_contains(headers, CONNECTION, "upgrade") {
            return Err(HandshakeError::NotWebSocket);
        }
        if single_header(headers, SEC_WEBSOCKET_VERSION) != Some(WEBSOCKET_VERSION.as_bytes()) {
            return Err(HandshakeError::UnsupportedVersion);
        }
        let key = single_header(headers, SEC_WEBSOCKET_KEY).filter(|key| {
            let decoded = BASE64.decode(key);
            decoded.is_ok_and(|decoded| decoded.len() == KEY_BYTES)
        });
        let accept = derive_accept_key(key.ok_or(HandshakeError::InvalidKey)?);
        let accept = HeaderValue::try_from(accept).map_err(|_| HandshakeError::InvalidKey)?;
        let upgrade = parts.extensions.remove::<OnUpgrade>();
        let upgrade = upgrade.ok_or(HandshakeError::NotWebSocket)?;
        Ok(Self { accept, upgrade })
    }

    /// Returns the 101 response.
    pub(super) fn response(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        set_upgrade_headers(headers);
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept.clone());
        response
    }
}

impl HandshakeError {
    /// Returns the status of the error response.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotWebSocket | Self::UnsupportedVersion => StatusCode::UPGRADE_REQUIRED,
            Self::InvalidKey => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns an explanation for developers.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotWebSocket => "This address speaks WebSocket only",
            Self::UnsupportedVersion => "Sec-WebSocket-Version must be 13",
            Self::InvalidKey => "Sec-WebSocket-Key must be 16 bytes in Base64",
        }
    }

    /// Adds the headers of an error response: the protocol and its version.
    pub fn add_headers(self, headers: &mut HeaderMap) {
        if self.status() == StatusCode::UPGRADE_REQUIRED {
            set_upgrade_headers(headers);
        }
        headers.insert(SEC_WEBSOCKET_VERSION, WEBSOCKET_VERSION);
    }
}

fn set_upgrade_headers(headers: &mut HeaderMap) {
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
}

/// Returns whether `Upgrade` lists `websocket`.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    header_contains(headers, UPGRADE, "websocket")
}

/// Returns whether a comma-separated header contains a word.
fn header_contains(headers: &HeaderMap, name: HeaderName, item: &str) -> bool {
    let lists = headers.get_all(name).into_iter();
    let mut items = lists.flat_map(|list| list.as_bytes().split(|byte| *byte == b','));
    items.any(|found| found.trim_ascii().eq_ignore_ascii_case(item.as_bytes()))
}

/// Returns a header that must occur exactly once.
fn single_header(headers: &HeaderMap, name: HeaderName) -> Option<&[u8]> {
    let mut found = headers.get_all(name).into_iter();
    let first = found.next()?;
    match found.next() {
        None => Some(first.as_bytes().trim_ascii()),
        Some(_) => None,
    }
}
