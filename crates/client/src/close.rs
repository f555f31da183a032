//! Why connections end, and whether to reconnect.

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The server closed it.
    Server {
        /// Close code.
        code: u16,
        /// Error code, if the server sent one, such as `SERVER_SHUTDOWN`.
        error_code: Option<String>,
    },
    /// The server or a proxy answered the upgrade request with another status.
    UnexpectedStatus {
        /// Status.
        status: u16,
    },
    /// No connection was made, or no token was provided.
    Unreachable,
    /// The connection broke.
    Interrupted,
    /// Nothing was received within the idle timeout, not even a ping.
    IdleTimeout,
    /// A seq was skipped. The missing entries are replayed from the log.
    SequenceGap,
}

/// Why a socket does not reconnect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// The application closed it.
    ByClient,
    /// The server closed it with a final code.
    Server {
        /// Close code.
        code: u16,
        /// Error code, if the server sent one, such as `CHAT_DELETED`.
        error_code: Option<String>,
    },
    /// The upgrade request was answered with a final status.
    UnexpectedStatus {
        /// Status.
        status: u16,
    },
    /// All attempts allowed by [`crate::Backoff::max_attempts`] failed.
    RetriesExhausted(ConnectionError),
}

/// When to reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReconnectPolicy {
    Never,
    Backoff,
    ServerShutdown,
    TooManyConnections,
    ServerError,
}

impl ConnectionError {
    /// Returns the policy documented in `docs/realtime.md`.
    pub(crate) fn reconnect_policy(&self) -> ReconnectPolicy {
        match self {
            Self::Server { code, .. } => match code {
                1000 | 1002 | 1007 | 1009 | 4400 | 4401 | 4403 | 4404 | 4410 => {
                    ReconnectPolicy::Never
                }
                1001 => ReconnectPolicy::ServerShutdown,
                4429 => ReconnectPolicy::TooManyConnections,
                4500 => ReconnectPolicy::ServerError,
                _ => ReconnectPolicy::Backoff,
            },
            Self::UnexpectedStatus { status } => match status {
                408 | 425 | 500.. => ReconnectPolicy::Backoff,
                429 => ReconnectPolicy::TooManyConnections,
                _ => ReconnectPolicy::Never,
            },
            Self::Unreachable | Self::Interrupted | Self::IdleTimeout | Self::SequenceGap => {
                ReconnectPolicy::Backoff
            }
        }
    }

    /// Returns the reason after the last attempt.
    pub(crate) fn into_close_reason(self) -> CloseReason {
        match (self.reconnect_policy(), self) {
            (ReconnectPolicy::Never, Self::Server { code, error_code }) => {
                CloseReason::Server { code, error_code }
            }
            (ReconnectPolicy::Never, Self::UnexpectedStatus { status }) => {
                CloseReason::UnexpectedStatus { status }
            }
            (_, error) => CloseReason::RetriesExhausted(error),
        }
    }
}

/// Returns the close code of an error code, for a connection that broke between error and close frame.
pub(crate) fn close_code_for(error_code: &str) -> Option<u16> {
    Some(match error_code {
        "SERVER_SHUTDOWN" => 1001,
        "PROTOCOL_ERROR" => 1002,
        "INVALID_UTF8" => 1007,
        "FRAME_TOO_LARGE" => 1009,
        "INVALID_PARAMETERS" | "INVALID_REQUEST" => 4400,
        // Also the error of a missing parameter, which does not occur on reconnects.
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

impl std::fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Server { code, error_code } => fmt_close(f, *code, error_code.as_deref()),
            Self::UnexpectedStatus { status } => {
                write!(f, "no socket was offered, but status {status}")
            }
            Self::Unreachable => f.write_str("the server was not reached"),
            Self::Interrupted => f.write_str("the connection broke"),
            Self::IdleTimeout => f.write_str("nothing was heard for too long"),
            Self::SequenceGap => f.write_str("a position was left out"),
        }
    }
}

impl std::fmt::Display for CloseReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ByClient => f.write_str("it was closed here"),
            Self::Server { code, error_code } => fmt_close(f, *code, error_code.as_deref()),
            Self::UnexpectedStatus { status } => {
                write!(f, "no socket was offered, but status {status}")
            }
            Self::RetriesExhausted(error) => write!(f, "tried often enough: {error}"),
        }
    }
}

fn fmt_close(
    f: &mut std::fmt::Formatter<'_>,
    code: u16,
    error_code: Option<&str>,
) -> std::fmt::Result {
    write!(
        f,
        "the server ended it with {} ({code})",
        error_code.unwrap_or("no word")
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn reconnect_policy_follows_close_code() {
        let page = include_str!("../../../docs/realtime.md");
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
            let advice = ConnectionError::Server { code, error_code }.reconnect_policy();
            assert_eq!(advice == ReconnectPolicy::Never, back == "no", "{line}");
            for error_code in words.split('`').skip(1).step_by(2) {
                if error_code == error_code.to_uppercase() {
                    codes.entry(error_code).or_default().push((code, back));
                }
            }
        }
        for (error_code, codes) in codes {
            let code = close_code_for(error_code);
            assert!(
                codes.iter().any(|(one, _)| Some(*one) == code),
                "{error_code}: {codes:?}"
            );
            // All codes of an error code have the same policy.
            assert!(
                codes.iter().all(|(_, back)| *back == codes[0].1),
                "{error_code}: {codes:?}"
            );
        }
        assert_eq!(count, 12, "the table was read");
    }
}
