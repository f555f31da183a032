//! How connections end, and whether there is any use in coming back.

/// Why a connection was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// The server ended it.
    Server {
        /// The code of the close frame.
        code: u16,
        /// The server's word, where it said one: `SERVER_SHUTDOWN` and the like.
        error_code: Option<String>,
    },
    /// The server, or something before it, answered the offer of a socket with another status.
    Refused {
        /// The status.
        status: u16,
    },
    /// It was never there: nobody listens, or no token could be had.
    Unreached,
    /// It broke.
    Broken,
    /// Nothing was heard for too long, not even a ping.
    Silent,
    /// A position was left out. What is missing is read again from the log.
    Gap,
}

/// Why a socket does not come back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closing {
    /// It was closed on this side.
    Here,
    /// The server said something after which there is no use in coming back.
    Server {
        /// The code of the close frame.
        code: u16,
        /// The server's word, where it said one: `CHAT_DELETED` and the like.
        error_code: Option<String>,
    },
    /// What answered the offer of a socket is none.
    Refused {
        /// The status.
        status: u16,
    },
    /// It was tried as often as [`crate::Backoff::tries`] says.
    GaveUp(Lost),
}

/// When to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    Never,
    Usual,
    Shutdown,
    Crowded,
    Broken,
}

impl Lost {
    /// What the server's page on live chats advises.
    pub(crate) fn advice(&self) -> Advice {
        match self {
            Self::Server { code, .. } => match code {
                1000 | 1002 | 1007 | 1009 | 4400 | 4401 | 4403 | 4404 | 4410 => Advice::Never,
                1001 => Advice::Shutdown,
                4429 => Advice::Crowded,
                4500 => Advice::Broken,
                _ => Advice::Usual,
            },
            Self::Refused { status } => match status {
                408 | 425 | 500.. => Advice::Usual,
                429 => Advice::Crowded,
                _ => Advice::Never,
            },
            Self::Unreached | Self::Broken | Self::Silent | Self::Gap => Advice::Usual,
        }
    }

    /// The end, where there is no other try.
    pub(crate) fn last(self) -> Closing {
        match (self.advice(), self) {
            (Advice::Never, Self::Server { code, error_code }) => {
                Closing::Server { code, error_code }
            }
            (Advice::Never, Self::Refused { status }) => Closing::Refused { status },
            (_, lost) => Closing::GaveUp(lost),
        }
    }
}

/// The code that goes with a last word, for a server that was cut off between the two.
pub(super) fn code_of(word: &str) -> Option<u16> {
    Some(match word {
        "SERVER_SHUTDOWN" => 1001,
        "PROTOCOL_ERROR" => 1002,
        "INVALID_UTF8" => 1007,
        "FRAME_TOO_LARGE" => 1009,
        "INVALID_PARAMETERS" | "INVALID_REQUEST" => 4400,
        // Said of a missing parameter too, which no server that was reached before says.
        "AUTH_ERROR" | "INVALID_TOKEN" => 4401,
        "FORBIDDEN" | "CHAT_CLOSED" => 4403,
        "CHAT_NOT_FOUND" => 4404,
        "NO_PONG" | "SLOW_CONSUMER" => 4408,
        "CHAT_DELETED" => 4410,
        "RATE_LIMITED" => 4429,
        "INTERNAL_ERROR" => 4500,
        _ => return None,
    })
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Server { code, error_code } => said(f, *code, error_code.as_deref()),
            Self::Refused { status } => write!(f, "no socket was offered, but status {status}"),
            Self::Unreached => f.write_str("the server was not reached"),
            Self::Broken => f.write_str("the connection broke"),
            Self::Silent => f.write_str("nothing was heard for too long"),
            Self::Gap => f.write_str("a position was left out"),
        }
    }
}

impl std::fmt::Display for Closing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Here => f.write_str("it was closed here"),
            Self::Server { code, error_code } => said(f, *code, error_code.as_deref()),
            Self::Refused { status } => write!(f, "no socket was offered, but status {status}"),
            Self::GaveUp(lost) => write!(f, "tried often enough: {lost}"),
        }
    }
}

fn said(f: &mut std::fmt::Formatter<'_>, code: u16, word: Option<&str>) -> std::fmt::Result {
    write!(
        f,
        "the server ended it with {} ({code})",
        word.unwrap_or("no word")
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_page_says_when_to_come_back() {
        let page = include_str!("../../../../docs/realtime.md");
        let mut count = 0;
        let mut codes: BTreeMap<&str, Vec<(u16, &str)>> = BTreeMap::new();
        for line in page.lines() {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let [_, code, words, back, _] = cells[..] else {
                continue;
            };
            let Ok(code) = code.parse::<u16>() else {
                continue;
            };
            count += 1;
            let error_code = None;
            let advice = Lost::Server { code, error_code }.advice();
            assert_eq!(advice == Advice::Never, back == "no", "{line}");
            for word in words.split('`').skip(1).step_by(2) {
                if word == word.to_uppercase() {
                    codes.entry(word).or_default().push((code, back));
                }
            }
        }
        for (word, codes) in codes {
            let code = code_of(word);
            assert!(
                codes.iter().any(|(one, _)| Some(*one) == code),
                "{word}: {codes:?}"
            );
            // A word that goes with several codes gives one advice.
            assert!(
                codes.iter().all(|(_, back)| *back == codes[0].1),
                "{word}: {codes:?}"
            );
        }
        assert_eq!(count, 12, "the table was read");
    }
}
