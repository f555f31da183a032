//! How sockets end in this vendor's words: a last `error`, because browsers see nothing else, and a close code that
//! tells whether to come back.

use std::borrow::Cow;

use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_model::Timestamp;

use super::server_frames::{ErrorDetails, ErrorFrame, FrameHead, to_text};

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// The tenant's key is missing, unknown or revoked.
    InvalidKey,
    /// The token is none, or its time or its key is over.
    InvalidToken,
    /// A parameter is missing.
    MissingParameter(RequiredParameter),
    /// A value is none.
    InvalidParameters,
    /// No such chat for this tenant.
    ChatNotFound,
    /// The chat is closed.
    ChatClosed,
    /// The key may not.
    Forbidden,
    /// The user has as many connections as it may.
    TooManyConnections,
    /// The tenant has.
    TooManyTenantConnections,
    /// The tenant has connected as often as it may for now.
    RateLimited,
    /// Something unforeseen.
    Internal,
}

/// What a connection to a chat must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequiredParameter {
    User,
    Chat,
}

/// How a connection ends, in words and as a number.
struct DisconnectDetails {
    code: u16,
    error_code: &'static str,
    message: Cow<'static, str>,
    hint: &'static str,
}

impl DisconnectDetails {
    const fn new(code: u16, word: &'static str, said: &'static str, fix: &'static str) -> Self {
        Self {
            code,
            error_code: word,
            message: Cow::Borrowed(said),
            hint: fix,
        }
    }
}

impl ConnectError {
    /// The refusal of a connection to a chat, as far as one was named.
    pub(crate) fn to_disconnect(self, now: Timestamp, chat: Option<&str>) -> Disconnect {
        let mut told = self.code_and_message();
        if let (Self::ChatNotFound, Some(chat)) = (self, chat) {
            let said = format!("Chat {chat} not found or does not belong to your tenant");
            told.message = Cow::Owned(said);
        }
        build_disconnect(now, &told)
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

/// How an open socket ends.
pub(crate) fn from_reason(ending: DisconnectReason, now: Timestamp) -> Disconnect {
    build_disconnect(now, &reason_code_and_message(ending))
}

/// The word for an end.
pub(crate) fn error_code(ending: DisconnectReason) -> &'static str {
    reason_code_and_message(ending).error_code
}

fn reason_code_and_message(ending: DisconnectReason) -> DisconnectDetails {
    let (word, said, fix) = match ending {
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
    DisconnectDetails::new(ending.close_code(), word, said, fix)
}

fn build_disconnect(now: Timestamp, told: &DisconnectDetails) -> Disconnect {
    Disconnect {
        error_frame: Some(to_text(&ErrorFrame {
            head: FrameHead::new("error", now),
            error_code: told.error_code,
            error_message: &told.message,
            details: ErrorDetails { fix: told.hint },
            message: &told.message,
            fatal: true,
            reference: None,
            client_message_id: None,
        })),
        code: told.code,
        reason: told.error_code,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The page's table: codes and the words that go with them.
    fn documented() -> BTreeSet<(u16, String)> {
        let page = include_str!("../../../../docs/realtime.md");
        let rows = page.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            Some((cells.next()?.parse::<u16>().ok()?, cells.next()?))
        });
        let words = rows.flat_map(|(code, cell)| {
            let words = cell.split('`').skip(1).step_by(2);
            words.map(move |word| (code, word.to_owned()))
        });
        words
            .filter(|(_, word)| *word == word.to_uppercase())
            .collect()
    }

    #[test]
    fn the_page_has_every_code_and_word_and_no_other() {
        let refusals = [
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
        let refusals = refusals.map(|refusal| {
            (
                refusal.code_and_message().code,
                refusal.code_and_message().error_code.to_owned(),
            )
        });
        let endings = DisconnectReason::ALL
            .map(|ending| (ending.close_code(), error_code(ending).to_owned()));
        let all: BTreeSet<_> = refusals.into_iter().chain(endings).collect();
        assert_eq!(documented(), all);
    }
}
