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
        let (code, word, said) = self.told();
        farewell(now, code, word, said)
    }

    /// The code, the word, and a sentence.
    const fn told(self) -> (u16, &'static str, &'static str) {
        match self {
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
        }
    }
}

/// How an open socket ends.
pub(crate) fn of(ending: Ending, now: Timestamp) -> Farewell {
    let (word, said) = told(ending);
    farewell(now, ending.close_code(), word, said)
}

/// The word for an end.
pub(crate) fn word(ending: Ending) -> &'static str {
    told(ending).0
}

/// The word for an end, and a sentence.
fn told(ending: Ending) -> (&'static str, &'static str) {
    match ending {
        Ending::Shutdown => ("SERVER_SHUTDOWN", "The server stops; connect again"),
        Ending::Protocol => ("PROTOCOL_ERROR", "A frame broke the rules of WebSocket"),
        Ending::InvalidText => ("INVALID_UTF8", "A text was not UTF-8"),
        Ending::TooLarge => ("FRAME_TOO_LARGE", "A message is at most 1 MiB"),
        Ending::TooManyMistakes => ("INVALID_REQUEST", "Too many bad frames"),
        Ending::Credential => ("INVALID_API_KEY", "The API key was revoked"),
        Ending::Forbidden => ("FORBIDDEN", "Not allowed any more"),
        Ending::Closed => ("CHAT_CLOSED", "The chat was closed"),
        Ending::Deleted => ("CHAT_DELETED", "The chat was deleted"),
        Ending::Silent => ("NO_PONG", "Nothing was heard for too long"),
        Ending::Stuck => ("SLOW_CONSUMER", "What was sent was not taken"),
        Ending::Broken => ("INTERNAL_ERROR", "Internal error"),
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
            Refusal::Parameters,
            Refusal::Chat,
            Refusal::Closed,
            Refusal::Forbidden,
            Refusal::Crowded,
            Refusal::Limited,
            Refusal::Broken,
        ];
        let refusals = refusals.map(|refusal| (refusal.told().0, refusal.told().1.to_owned()));
        let endings = Ending::ALL.map(|ending| (ending.close_code(), told(ending).0.to_owned()));
        let all: BTreeSet<_> = refusals.into_iter().chain(endings).collect();
        assert_eq!(documented(), all);
    }
}
