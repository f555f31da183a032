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

/// Maximum bytes of a client's message, in one frame or several. It equals the maximum request body, so that a socket
/// accepts every text and metadata that a request accepts, however they are escaped.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Maximum number of open sockets of one user.
pub(crate) const MAX_SOCKETS_PER_USER: usize = 20;

/// Parameters of a handshake: headers first, then the query.
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
        let from_query = |name: &str| query.get(name).map(str::to_owned);
        let from_either = |header: &str, name: &str| {
            let header = credential::header(headers, header).map(str::to_owned);
            header
                .or_else(|| from_query(name))
                .filter(|text| !text.is_empty())
        };
        Self {
            token: from_query("token").filter(|text| !text.is_empty()),
            secret: from_either("x-api-key", "api_key"),
            user: from_either("x-user-id", "user_id"),
            chat: from_either("x-chat-id", "chat_id"),
            version: from_query("v"),
            last_seq: from_query("last_seq"),
            epoch: from_query("epoch"),
        }
    }

    /// Parses `v`; version 1 by default. Returns `None` for an unknown version.
    pub(crate) fn protocol_version(&self) -> Option<ProtocolVersion> {
        match self.version.as_deref() {
            None | Some("1") => Some(ProtocolVersion::One),
            Some("2") => Some(ProtocolVersion::Two),
            Some(_) => None,
        }
    }
}

/// Upgrades the connection and runs `session`, or sends its error on the open socket and closes it.
pub(crate) fn upgrade_or_reject<F, Fut>(
    app: &AppState,
    meta: &RequestMeta,
    params: &ConnectParams,
    handshake: Handshake,
    session: Result<F, ConnectError>,
) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    match session {
        Ok(run) => {
            let mut response = socket::upgrade(handshake, MAX_MESSAGE_BYTES, run);
            response.extensions_mut().insert(SocketOpened);
            response
        }
        Err(error) => {
            record_rejected_credential(app, meta, params, &error);
            let disconnect = error.to_disconnect(app.engine.now(), params.chat.as_deref());
            socket::upgrade(handshake, MAX_MESSAGE_BYTES, |socket| {
                socket::reject(socket, disconnect)
            })
        }
    }
}

/// Records a rejected key or token. The error goes out on the open socket, where the edge does not see it.
fn record_rejected_credential(
    app: &AppState,
    meta: &RequestMeta,
    params: &ConnectParams,
    error: &ConnectError,
) {
    let has_credential = params.token.is_some() || params.secret.is_some();
    if has_credential && matches!(error, ConnectError::InvalidKey | ConnectError::InvalidToken) {
        let error = Error::unauthenticated(CredentialReason::Key);
        app.address_limiter.record_rejected(meta.address, &error);
    }
}

/// Counts the handshake as a request and requires the scope to read messages.
///
/// # Errors
/// `RateLimited` or `Forbidden`.
pub(crate) fn authorize(app: &AppState, ctx: &Ctx, meta: &RequestMeta) -> Result<(), ConnectError> {
    let counted = limits::count_request(app, ctx, meta);
    let authorized = counted.and_then(|()| ctx.require(READ_SCOPE));
    authorized.map_err(|error| to_connect_error(&error))
}

/// Converts an engine error of a handshake with a key.
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

/// Converts an engine error of a handshake with a token.
pub(crate) fn to_token_connect_error(error: &Error) -> ConnectError {
    match to_connect_error(error) {
        ConnectError::InvalidKey => ConnectError::InvalidToken,
        other => other,
    }
}

/// Renders the error of a request that is no WebSocket handshake, or an invalid one.
pub(crate) fn handshake_error_response(error: HandshakeError) -> Response {
    let error_code = match error {
        HandshakeError::NotWebSocket | HandshakeError::UnsupportedVersion => "UPGRADE_REQUIRED",
        HandshakeError::InvalidKey => "INVALID_REQUEST",
    };
    let body = json!({ "detail": error.message(), "error_code": error_code });
    let mut response = response::json(error.status(), &body);
    error.add_headers(response.headers_mut());
    response
}
