//! How sockets end in this vendor's words: a last `error`, because browsers see nothing else, and a close code that
//! tells whether to come back.

use std::borrow::Cow;

use parlor_gateway::socket::{Ending, Farewell};
use parlor_model::Timestamp;

use super::words::{Head, Refused, Remedy, text};

/// Why no connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The tenant's key is missing, unknown or revoked.
    Key,
    /// The token is none, or its time or its key is over.
    Token,
    /// A parameter is missing.
    Missing(Parameter),
    /// A value is none.
    Parameters,
    /// No such chat for this tenant.
    Chat,
    /// The chat is closed.
    Closed,
    /// The key may not.
    Forbidden,
    /// The user has as many connections as it may.
    Crowded,
    /// The tenant has.
    TenantCrowded,
    /// The tenant has connected as often as it may for now.
    Limited,
    /// Something unforeseen.
    Broken,
}

/// What a connection to a chat must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    User,
    Chat,
}

/// How a connection ends, in words and as a number.
struct CloseReason {
    code: u16,
    word: &'static str,
    said: Cow<'static, str>,
    fix: &'static str,
}

impl CloseReason {
    const fn new(code: u16, word: &'static str, said: &'static str, fix: &'static str) -> Self {
        Self {
            code,
            word,
            said: Cow::Borrowed(said),
            fix,
        }
    }
}

impl Refusal {
    /// The refusal of a connection to a chat, as far as one was named.
    pub(crate) fn farewell(self, now: Timestamp, chat: Option<&str>) -> Farewell {
        let mut told = self.told();
        if let (Self::Chat, Some(chat)) = (self, chat) {
            let said = format!("Chat {chat} not found or does not belong to your tenant");
            told.said = Cow::Owned(said);
        }
        farewell(now, &told)
    }

    const fn told(self) -> CloseReason {
        match self {
            Self::Key => CloseReason::new(
                4401,
                "AUTH_ERROR",
                "Invalid or missing API key",
                "Send your API key as the query parameter api_key or as the header X-API-Key",
            ),
            Self::Token => CloseReason::new(
                4401,
                "INVALID_TOKEN",
                "Invalid or expired token",
                "Have your backend make a new token, and connect with it",
            ),
            Self::Missing(Parameter::User) => CloseReason::new(
                4400,
                "AUTH_ERROR",
                "Missing user_id parameter",
                "Send the user's id as the query parameter user_id or as the header X-User-ID",
            ),
            Self::Missing(Parameter::Chat) => CloseReason::new(
                4400,
                "AUTH_ERROR",
                "Missing chat_id parameter",
                "Send the chat's id as the query parameter chat_id or as the header X-Chat-ID",
            ),
            Self::Parameters => CloseReason::new(
                4400,
                "INVALID_PARAMETERS",
                "A parameter does not fit",
                "chat_id is a UUID, user_id 1 to 255 characters, v 1 or 2",
            ),
            Self::Chat => CloseReason::new(
                4404,
                "CHAT_NOT_FOUND",
                "The chat was not found or does not belong to your tenant",
                "Create the chat first with POST /api/v1/chats/",
            ),
            Self::Closed => CloseReason::new(4403, "CHAT_CLOSED", "The chat is closed", REOPEN),
            Self::Forbidden => CloseReason::new(4403, "FORBIDDEN", "Not allowed", SCOPES),
            Self::Crowded => CloseReason::new(
                4429,
                "RATE_LIMITED",
                "Too many connections of this user",
                "Close connections that are not used any more",
            ),
            Self::TenantCrowded => CloseReason::new(
                4429,
                "RATE_LIMITED",
                "Too many connections of this tenant",
                "Close connections that are not used any more",
            ),
            Self::Limited => CloseReason::new(4429, "RATE_LIMITED", "Too many requests", WAIT),
            Self::Broken => CloseReason::new(4500, "INTERNAL_ERROR", "Internal error", AGAIN),
        }
    }
}

const REOPEN: &str = "Create another chat, or open this one again with PATCH /api/v1/chats/{id}";
const SCOPES: &str = "Use a key with messages:read and messages:write that may act for this user";
const WAIT: &str = "Wait before you connect again, longer each time";
const AGAIN: &str = "Connect again after a while";

/// How an open socket ends.
pub(crate) fn of(ending: Ending, now: Timestamp) -> Farewell {
    farewell(now, &told(ending))
}

/// The word for an end.
pub(crate) fn word(ending: Ending) -> &'static str {
    told(ending).word
}

fn told(ending: Ending) -> CloseReason {
    let (word, said, fix) = match ending {
        Ending::Shutdown => ("SERVER_SHUTDOWN", "The server stops", "Connect again"),
        Ending::Protocol => (
            "PROTOCOL_ERROR",
            "A frame broke the rules of WebSocket",
            "Use a client library that follows RFC 6455",
        ),
        Ending::InvalidText => ("INVALID_UTF8", "A text was not UTF-8", "Send text as UTF-8"),
        Ending::TooLarge => (
            "FRAME_TOO_LARGE",
            "A message is at most 1 MiB",
            "Send less at once",
        ),
        Ending::TooManyMistakes => (
            "INVALID_REQUEST",
            "Too many bad frames",
            "See what the errors before this one say",
        ),
        Ending::Credential => (
            "AUTH_ERROR",
            "The API key was revoked",
            "Connect with a key that is good",
        ),
        Ending::Forbidden => ("FORBIDDEN", "Not allowed any more", SCOPES),
        Ending::Closed => ("CHAT_CLOSED", "The chat was closed", REOPEN),
        Ending::Deleted => (
            "CHAT_DELETED",
            "The chat was deleted",
            "Create another chat with POST /api/v1/chats/",
        ),
        Ending::Silent => (
            "NO_PONG",
            "Nothing was heard for too long",
            "Answer pings, or send one at least every 30 seconds",
        ),
        Ending::Stuck => (
            "SLOW_CONSUMER",
            "What was sent was not taken",
            "Read what comes, and connect again",
        ),
        Ending::Broken => ("INTERNAL_ERROR", "Internal error", AGAIN),
    };
    CloseReason::new(ending.close_code(), word, said, fix)
}

fn farewell(now: Timestamp, told: &CloseReason) -> Farewell {
    Farewell {
        say: Some(text(&Refused {
            head: Head::new("error", now),
            error_code: told.word,
            error_message: &told.said,
            details: Remedy { fix: told.fix },
            message: &told.said,
            fatal: true,
            reference: None,
            client_message_id: None,
        })),
        code: told.code,
        reason: told.word,
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
            Refusal::Key,
            Refusal::Token,
            Refusal::Missing(Parameter::User),
            Refusal::Missing(Parameter::Chat),
            Refusal::Parameters,
            Refusal::Chat,
            Refusal::Closed,
            Refusal::Forbidden,
            Refusal::Crowded,
            Refusal::TenantCrowded,
            Refusal::Limited,
            Refusal::Broken,
        ];
        let refusals =
            refusals.map(|refusal| (refusal.told().code, refusal.told().word.to_owned()));
        let endings = Ending::ALL.map(|ending| (ending.close_code(), word(ending).to_owned()));
        let all: BTreeSet<_> = refusals.into_iter().chain(endings).collect();
        assert_eq!(documented(), all);
    }
}
