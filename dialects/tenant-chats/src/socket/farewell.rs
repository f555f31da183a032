//! How sockets end in this vendor's words: a last `error`, because browsers see nothing else, and a close code that
//! tells whether to come back.

use parlor_gateway::socket::{Ending, Farewell};
use parlor_model::Timestamp;

use super::words::{Head, Refused, text};

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The tenant's key is missing, unknown or revoked.
    Key,
    /// The token is none, or its time or its key is over.
    Token,
    /// A value is missing or is none.
    Parameters,
    /// No such chat for this tenant.
    Chat,
    /// The chat is closed.
    Closed,
    /// The key may not.
    Forbidden,
    /// The user has as many connections as it may.
    Crowded,
    /// The credential has connected as often as it may for now.
    Limited,
    /// Something unforeseen.
    Broken,
}

impl Refusal {
    pub(crate) fn farewell(self, now: Timestamp) -> Farewell {
        let (code, word, said) = match self {
            Self::Key => (4401, "INVALID_API_KEY", "Invalid or missing API key"),
            Self::Token => (4401, "INVALID_TOKEN", "Invalid or expired token"),
            Self::Parameters => (
                4400,
                "MISSING_PARAMETERS",
                "api_key, user_id and chat_id are required; chat_id is a UUID",
            ),
            Self::Chat => (4404, "CHAT_NOT_FOUND", "Chat not found"),
            Self::Closed => (4403, "CHAT_CLOSED", "The chat is closed"),
            Self::Forbidden => (4403, "FORBIDDEN", "Not allowed"),
            Self::Crowded => (4429, "RATE_LIMITED", "Too many connections of this user"),
            Self::Limited => (4429, "RATE_LIMITED", "Too many requests"),
            Self::Broken => (4500, "INTERNAL_ERROR", "Internal error"),
        };
        farewell(now, code, word, said)
    }
}

/// How an open socket ends.
pub(crate) fn of(ending: Ending, now: Timestamp) -> Farewell {
    let (code, word, said) = told(ending);
    farewell(now, code, word, said)
}

/// The word for an end.
pub(crate) fn word(ending: Ending) -> &'static str {
    told(ending).1
}

fn told(ending: Ending) -> (u16, &'static str, &'static str) {
    match ending {
        Ending::Shutdown => (1001, "SERVER_SHUTDOWN", "The server stops; connect again"),
        Ending::TooLarge => (1009, "FRAME_TOO_LARGE", "A frame is at most 64 KiB"),
        Ending::TooManyMistakes => (4400, "INVALID_REQUEST", "Too many bad frames"),
        Ending::Credential => (4401, "INVALID_API_KEY", "The API key was revoked"),
        Ending::Forbidden => (4403, "FORBIDDEN", "Not allowed any more"),
        Ending::Closed => (4403, "CHAT_CLOSED", "The chat was closed"),
        Ending::Deleted => (4410, "CHAT_DELETED", "The chat was deleted"),
        Ending::Silent => (4408, "NO_PONG", "Nothing was heard for too long"),
        Ending::Stuck => (4408, "SLOW_CONSUMER", "What was sent was not taken"),
        Ending::Broken => (4500, "INTERNAL_ERROR", "Internal error"),
    }
}

fn farewell(now: Timestamp, code: u16, word: &'static str, said: &str) -> Farewell {
    Farewell {
        say: Some(text(&Refused {
            head: Head::new("error", now),
            error_code: word,
            message: said,
            fatal: true,
            reference: None,
            client_message_id: None,
        })),
        code,
        reason: word,
    }
}
