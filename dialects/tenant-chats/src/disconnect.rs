//! Close frames of sockets. An `error` frame precedes each, because browsers show only open sockets' frames; the close code
//! tells the client whether to reconnect.

use std::borrow::Cow;

use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::Timestamp;

use crate::frames::server::{ErrorDetails, ErrorFrame, FrameHead, to_text};

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// The tenant's key is missing, unknown or revoked.
    InvalidKey,
    /// The token is invalid, expired or revoked, or its key is.
    InvalidToken,
    /// A required parameter is missing.
    MissingParameter(RequiredParameter),
    /// A parameter has an invalid value.
    InvalidParameters,
    /// The tenant has no such chat, or the user may not see it.
    ChatNotFound,
    /// The chat is closed.
    ChatClosed,
    /// The key or the user lacks the right.
    Forbidden,
    /// The user has the maximum number of connections.
    TooManyConnections,
    /// The tenant has the maximum number of connections.
    TooManyTenantConnections,
    /// The tenant is over its request limit.
    RateLimited,
    /// An internal error.
    Internal,
}

/// A required parameter of a connection to a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequiredParameter {
    User,
    Chat,
}

/// A close code with the `error` frame before it.
struct DisconnectDetails {
    code: u16,
    error_code: &'static str,
    message: Cow<'static, str>,
    hint: &'static str,
}

impl DisconnectDetails {
    const fn new(
        code: u16,
        error_code: &'static str,
        message: &'static str,
        hint: &'static str,
    ) -> Self {
        Self {
            code,
            error_code,
            message: Cow::Borrowed(message),
            hint,
        }
    }
}

impl ConnectError {
    /// Returns the close frame of a refused connection. `chat` is the requested id, which an unknown chat's error repeats.
    pub(crate) fn to_disconnect(self, now: Timestamp, chat: Option<&str>) -> Disconnect {
        let mut details = self.code_and_message();
        if let (Self::ChatNotFound, Some(chat)) = (self, chat) {
            let message = format!("Chat {chat} not found or does not belong to your tenant");
            details.message = Cow::Owned(message);
        }
        build_disconnect(now, &details)
    }

    const fn code_and_message(self) -> DisconnectDetails {
        match self {
            Self::InvalidKey => DisconnectDetails::new(
                4401,
                "AUTH_ERROR",
                "Invalid or missing API key",
                "Send your API key as the query parameter api_key or as the header X-API-Key",
            ),
            Self::InvalidToken => DisconnectDetails::new(
                4401,
                "INVALID_TOKEN",
                "Invalid or expired token",
                "Have your backend make a new token, and connect with it",
            ),
            Self::MissingParameter(RequiredParameter::User) => DisconnectDetails::new(
                4400,
                "AUTH_ERROR",
                "Missing user_id parameter",
                "Send the user's id as the query parameter user_id or as the header X-User-ID",
            ),
            Self::MissingParameter(RequiredParameter::Chat) => DisconnectDetails::new(
                4400,
                "AUTH_ERROR",
                "Missing chat_id parameter",
                "Send the chat's id as the query parameter chat_id or as the header X-Chat-ID",
            ),
            Self::InvalidParameters => DisconnectDetails::new(
                4400,
                "INVALID_PARAMETERS",
                "A parameter does not fit",
                "chat_id is a UUID, user_id 1 to 255 characters, v 1 or 2",
            ),
            Self::ChatNotFound => DisconnectDetails::new(
                4404,
                "CHAT_NOT_FOUND",
                "The chat was not found or does not belong to your tenant",
                "Create the chat first with POST /api/v1/chats/",
            ),
            Self::ChatClosed => {
                DisconnectDetails::new(4403, "CHAT_CLOSED", "The chat is closed", REOPEN_HINT)
            }
            Self::Forbidden => {
                DisconnectDetails::new(4403, "FORBIDDEN", "Not allowed", SCOPES_HINT)
            }
            Self::TooManyConnections => DisconnectDetails::new(
                4429,
                "RATE_LIMITED",
                "Too many connections of this user",
                "Close connections that are not used any more",
            ),
            Self::TooManyTenantConnections => DisconnectDetails::new(
                4429,
                "RATE_LIMITED",
                "Too many connections of this tenant",
                "Close connections that are not used any more",
            ),
            Self::RateLimited => {
                DisconnectDetails::new(4429, "RATE_LIMITED", "Too many requests", WAIT_HINT)
            }
            Self::Internal => {
                DisconnectDetails::new(4500, "INTERNAL_ERROR", "Internal error", RECONNECT_HINT)
            }
        }
    }
}

const REOPEN_HINT: &str =
    "Create another chat, or open this one again with PATCH /api/v1/chats/{id}";
const SCOPES_HINT: &str =
    "Use a key with messages:read and messages:write that may act for this user";
const WAIT_HINT: &str = "Wait before you connect again, longer each time";
const RECONNECT_HINT: &str = "Connect again after a while";

/// Returns the close frame of an open connection.
pub(crate) fn from_reason(reason: DisconnectReason, now: Timestamp) -> Disconnect {
    build_disconnect(now, &reason_code_and_message(reason))
}

/// Returns the error code of a reason.
pub(crate) fn error_code(reason: DisconnectReason) -> &'static str {
    reason_code_and_message(reason).error_code
}

fn reason_code_and_message(reason: DisconnectReason) -> DisconnectDetails {
    let (error_code, message, hint) = match reason {
        DisconnectReason::Shutdown => ("SERVER_SHUTDOWN", "The server stops", "Connect again"),
        DisconnectReason::Protocol => (
            "PROTOCOL_ERROR",
            "A frame broke the rules of WebSocket",
            "Use a client library that follows RFC 6455",
        ),
        DisconnectReason::InvalidText => {
            ("INVALID_UTF8", "A text was not UTF-8", "Send text as UTF-8")
        }
        DisconnectReason::FrameTooLarge => (
            "FRAME_TOO_LARGE",
            "A message is at most 1 MiB",
            "Send less at once",
        ),
        DisconnectReason::TooManyInvalidFrames => (
            "INVALID_REQUEST",
            "Too many bad frames",
            "See what the errors before this one say",
        ),
        DisconnectReason::CredentialRevoked => (
            "AUTH_ERROR",
            "The API key was revoked",
            "Connect with a key that is good",
        ),
        DisconnectReason::Forbidden => ("FORBIDDEN", "Not allowed any more", SCOPES_HINT),
        DisconnectReason::Closed => ("CHAT_CLOSED", "The chat was closed", REOPEN_HINT),
        DisconnectReason::Deleted => (
            "CHAT_DELETED",
            "The chat was deleted",
            "Create another chat with POST /api/v1/chats/",
        ),
        DisconnectReason::PongTimeout => (
            "NO_PONG",
            "Nothing was heard for too long",
            "Answer pings, or send one at least every 30 seconds",
        ),
        DisconnectReason::SlowConsumer => (
            "SLOW_CONSUMER",
            "What was sent was not taken",
            "Read what comes, and connect again",
        ),
        DisconnectReason::InternalError => ("INTERNAL_ERROR", "Internal error", RECONNECT_HINT),
    };
    DisconnectDetails::new(reason.close_code(), error_code, message, hint)
}

fn build_disconnect(now: Timestamp, details: &DisconnectDetails) -> Disconnect {
    Disconnect {
        error_frame: Some(to_text(&ErrorFrame {
            head: FrameHead::new("error", now),
            error_code: details.error_code,
            error_message: &details.message,
            details: ErrorDetails { fix: details.hint },
            message: &details.message,
            fatal: true,
            reference: None,
            client_message_id: None,
        })),
        code: details.code,
        reason: details.error_code,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Close codes with error codes, from the table in `docs/realtime.md`.
    fn documented() -> BTreeSet<(u16, String)> {
        let page = include_str!("../../../docs/realtime.md");
        let rows = page.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            Some((cells.next()?.parse::<u16>().ok()?, cells.next()?))
        });
        let pairs = rows.flat_map(|(code, cell)| {
            let names = cell.split('`').skip(1).step_by(2);
            names.map(move |name| (code, name.to_owned()))
        });
        pairs
            .filter(|(_, name)| *name == name.to_uppercase())
            .collect()
    }

    #[test]
    fn documented_codes_equal_the_implemented_ones() {
        let errors = [
            ConnectError::InvalidKey,
            ConnectError::InvalidToken,
            ConnectError::MissingParameter(RequiredParameter::User),
            ConnectError::MissingParameter(RequiredParameter::Chat),
            ConnectError::InvalidParameters,
            ConnectError::ChatNotFound,
            ConnectError::ChatClosed,
            ConnectError::Forbidden,
            ConnectError::TooManyConnections,
            ConnectError::TooManyTenantConnections,
            ConnectError::RateLimited,
            ConnectError::Internal,
        ];
        let errors = errors.map(|error| {
            let details = error.code_and_message();
            (details.code, details.error_code.to_owned())
        });
        let reasons = DisconnectReason::ALL
            .map(|reason| (reason.close_code(), error_code(reason).to_owned()));
        let all: BTreeSet<_> = errors.into_iter().chain(reasons).collect();
        assert_eq!(documented(), all);
    }
}
