//! Close frames of live sockets. An envelope with the code that an HTTP response would have precedes each; the close code
//! tells the client whether to reconnect.

use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::Error;
use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};

use crate::{envelope, error};

/// Returns the close frame of a connection that is refused.
pub(super) fn from_error(error: &Error) -> Disconnect {
    let (code, reason) = match error.kind() {
        ErrorKind::Unauthenticated(_) => (4401, "token error"),
        ErrorKind::Forbidden(_) => (4403, "permission denied"),
        ErrorKind::RateLimited { .. } => (4429, "rate limit"),
        _ => {
            tracing::warn!(?error, "a socket was refused");
            (4500, "error")
        }
    };
    build_disconnect(error, code, reason)
}

/// Returns the close frame of an open connection.
pub(super) fn from_reason(reason: DisconnectReason) -> Disconnect {
    let token = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let (error, text) = match reason {
        DisconnectReason::Shutdown => (Error::new(ErrorKind::Unavailable), "the server stops"),
        DisconnectReason::Protocol => (
            Error::malformed("a frame breaks the protocol"),
            "protocol error",
        ),
        DisconnectReason::InvalidText => (Error::malformed("a text is not UTF-8"), "not UTF-8"),
        DisconnectReason::FrameTooLarge => (Error::malformed("a frame is too large"), "too large"),
        DisconnectReason::CredentialRevoked => (token(), "token error"),
        DisconnectReason::Forbidden | DisconnectReason::Closed | DisconnectReason::Deleted => (
            Error::forbidden(ForbiddenReason::NotOwn),
            "permission denied",
        ),
        DisconnectReason::PongTimeout => (Error::new(ErrorKind::Timeout), "nothing was heard"),
        DisconnectReason::SlowConsumer => (Error::new(ErrorKind::Timeout), "nothing was taken"),
        DisconnectReason::TooManyInvalidFrames | DisconnectReason::InternalError => {
            (Error::new(ErrorKind::Internal), "error")
        }
    };
    build_disconnect(&error, reason.close_code(), text)
}

fn build_disconnect(error: &Error, code: u16, reason: &'static str) -> Disconnect {
    let (_, (error_code, _)) = error::status_and_code(error);
    let description = error::description(error);
    Disconnect {
        error_frame: Some(Utf8Bytes::from(envelope::error_text(
            error_code,
            &description,
        ))),
        code,
        reason,
    }
}
