//! Handshake steps that `/ws/chat` and `/live` share: parameters, authorization, upgrade and errors.

use axum::response::Response;
use http::HeaderMap;
use parlor_gateway::socket::{self, Handshake, HandshakeError, WebSocket};
use parlor_kit::client_address_limiter::SocketOpened;
use parlor_kit::{AppState, QueryParams, RequestMeta, credential, response};
use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};
use parlor_model::{Ctx, Error};
use serde_json::json;

use crate::disconnect::ConnectError;
use crate::documented::READ_SCOPE;
use crate::frames::encoder::ProtocolVersion;
use crate::limits;

/// Bytes of a client's message, in one frame or in several: as many as a request's body may have, so that a socket
/// takes whatever text and metadata a request takes, however they are escaped.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Sockets of one user.
pub(crate) const MAX_SOCKETS_PER_USER: usize = 20;

/// What stands in the headers, or else in the query.
pub(crate) struct ConnectParams {
    pub(crate) token: Option<String>,
    pub(crate) secret: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) chat: Option<String>,
    version: Option<String>,
    pub(crate) last_seq: Option<String>,
    pub(crate) epoch: Option<String>,
}

impl ConnectParams {
    pub(crate) fn from_request(headers: &HeaderMap, query: &QueryParams) -> Self {
        let asked = |name: &str| query.get(name).map(str::to_owned);
        let either = |header: &str, name: &str| {
            let header = credential::header(headers, header).map(str::to_owned);
            header
                .or_else(|| asked(name))
                .filter(|text| !text.is_empty())
        };
        Self {
            token: asked("token").filter(|text| !text.is_empty()),
            secret: either("x-api-key", "api_key"),
            user: either("x-user-id", "user_id"),
            chat: either("x-chat-id", "chat_id"),
            version: asked("v"),
            last_seq: asked("last_seq"),
            epoch: asked("epoch"),
        }
    }

    pub(crate) fn protocol_version(&self) -> Option<ProtocolVersion> {
        match self.version.as_deref() {
            None | Some("1") => Some(ProtocolVersion::One),
            Some("2") => Some(ProtocolVersion::Two),
            Some(_) => None,
        }
    }
}

/// Takes the offer: the session is served, or the socket opened to be told why not.
pub(crate) fn upgrade_or_reject<F, Fut>(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
    handshake: Handshake,
    serve: Result<F, ConnectError>,
) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    match serve {
        Ok(serve) => {
            let mut response = socket::upgrade(handshake, MAX_MESSAGE_BYTES, serve);
            response.extensions_mut().insert(SocketOpened);
            response
        }
        Err(refusal) => {
            record_refusal(app, meta, wanted, &refusal);
            let farewell = refusal.to_disconnect(app.engine.now(), wanted.chat.as_deref());
            socket::upgrade(handshake, MAX_MESSAGE_BYTES, |socket| {
                socket::reject(socket, farewell)
            })
        }
    }
}

/// Counts a wrong key or token, which is refused on the open socket only.
fn record_refusal(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
    refusal: &ConnectError,
) {
    let shows_any = wanted.token.is_some() || wanted.secret.is_some();
    if shows_any
        && matches!(
            refusal,
            ConnectError::InvalidKey | ConnectError::InvalidToken
        )
    {
        let error = Error::unauthenticated(CredentialReason::Key);
        app.address_limiter.record_rejected(meta.address, &error);
    }
}

/// As every request: counted, and allowed to do what it asks for.
pub(crate) fn authorize(app: &AppState, ctx: &Ctx, meta: &RequestMeta) -> Result<(), ConnectError> {
    let counted = limits::count_request(app, ctx, meta);
    let admitted = counted.and_then(|()| ctx.require(READ_SCOPE));
    admitted.map_err(|error| to_connect_error(&error))
}

pub(crate) fn to_connect_error(error: &Error) -> ConnectError {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => ConnectError::InvalidKey,
        ErrorKind::NotFound(_) => ConnectError::ChatNotFound,
        ErrorKind::Invalid { .. } => ConnectError::InvalidParameters,
        ErrorKind::Forbidden(
            ForbiddenReason::NotParticipant | ForbiddenReason::Left | ForbiddenReason::Removed,
        ) => ConnectError::ChatNotFound,
        ErrorKind::Forbidden(_) | ErrorKind::Conflict(_) => ConnectError::Forbidden,
        ErrorKind::RateLimited { .. } => ConnectError::RateLimited,
        _ => {
            tracing::warn!(?error, "a socket was refused");
            ConnectError::Internal
        }
    }
}

/// What a token that is none is told.
pub(crate) fn to_token_connect_error(error: &Error) -> ConnectError {
    match to_connect_error(error) {
        ConnectError::InvalidKey => ConnectError::InvalidToken,
        other => other,
    }
}

/// For a plain GET, or a handshake that the protocol refuses.
pub(crate) fn handshake_error_response(error: HandshakeError) -> Response {
    let word = match error {
        HandshakeError::NotWebSocket | HandshakeError::UnsupportedVersion => "UPGRADE_REQUIRED",
        HandshakeError::InvalidKey => "INVALID_REQUEST",
    };
    let body = json!({ "detail": error.message(), "error_code": word });
    let mut response = response::json(error.status(), &body);
    error.add_headers(response.headers_mut());
    response
}
