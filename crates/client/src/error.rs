//! Everything that can go wrong.

use std::time::Duration;

use crate::socket::close::CloseReason;

/// Somebody else's error.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused, and says why.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The server was not reached, or the connection broke before its whole answer came.
    #[error("the server was not reached")]
    Transport(#[source] BoxError),
    /// Something answered that does not speak this API.
    #[error("the answer is none of this API's, with status {status}")]
    UnexpectedResponse {
        /// The answer's status.
        status: u16,
    },
    /// The address is none, or not one of HTTP.
    #[error("not the address of a server")]
    InvalidUrl,
    /// What was asked for cannot be: nothing was sent.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The socket has ended and does not come back.
    #[error("the socket has ended: {0}")]
    Closed(CloseReason),
    /// The connection was lost before the answer came. Only questions end so: what was said is sent again instead.
    #[error("the connection was lost before the answer came")]
    ConnectionLost,
}

/// What the server said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The status; none on a socket.
    pub status: Option<u16>,
    /// A word for programs, such as `CHAT_NOT_FOUND`.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// What was wrong with the request, where that was the reason.
    pub field_errors: Vec<FieldError>,
    /// When to ask again, where it said so.
    pub retry_after: Option<Duration>,
    /// The server's name for the request, for whoever looks into its log.
    pub request_id: Option<String>,
}

/// One thing that was wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// Where: `body`, `query` or `header`, and the field.
    #[serde(default)]
    pub loc: Vec<String>,
    /// The rule it breaks.
    #[serde(default)]
    pub msg: String,
    /// `missing`, `type_error`, `value_error` or `json_invalid`.
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "{} ({status}): {}", self.code, self.detail),
            None => write!(f, "{}: {}", self.code, self.detail),
        }
    }
}

impl Error {
    /// The server's word, where it refused: `CHAT_NOT_FOUND` and the like.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api(refusal) => Some(&refusal.code),
            _ => None,
        }
    }

    /// The status, where the server refused a request.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(refusal) => refusal.status,
            Self::UnexpectedResponse { status } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn from_transport(error: reqwest::Error) -> Self {
        // Addresses name chats and users, which have no place in a log.
        Self::Transport(error.without_url().into())
    }
}
