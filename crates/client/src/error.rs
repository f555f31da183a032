//! Errors of the client.

use std::time::Duration;

use crate::close::CloseReason;

/// Error of another library.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server returned an error response.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The server was not reached, or the connection broke before the response was complete.
    #[error("the server was not reached")]
    Transport(#[source] BoxError),
    /// The response is not one of this API.
    #[error("the answer is none of this API's, with status {status}")]
    UnexpectedResponse {
        /// Status of the response.
        status: u16,
    },
    /// The URL is invalid or not HTTP.
    #[error("not the address of a server")]
    InvalidUrl,
    /// The request is invalid and was not sent.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The socket is closed and does not reconnect.
    #[error("the socket has ended: {0}")]
    Closed(CloseReason),
    /// The connection was lost before the reply to a request arrived. Messages never fail this way; they are sent
    /// again.
    #[error("the connection was lost before the answer came")]
    ConnectionLost,
}

/// Error response of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// HTTP status; `None` on a socket.
    pub status: Option<u16>,
    /// Error code, such as `CHAT_NOT_FOUND`.
    pub code: String,
    /// Description for people.
    pub detail: String,
    /// Validation errors.
    pub field_errors: Vec<FieldError>,
    /// Value of `Retry-After`.
    pub retry_after: Option<Duration>,
    /// Request id, as found in the server's log.
    pub request_id: Option<String>,
}

/// Validation error of one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// Location: `body`, `query` or `header`, and the field.
    #[serde(default)]
    pub loc: Vec<String>,
    /// Violated rule.
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
    /// Returns the server's error code, such as `CHAT_NOT_FOUND`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api(error) => Some(&error.code),
            _ => None,
        }
    }

    /// Returns the HTTP status of an error response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => error.status,
            Self::UnexpectedResponse { status } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn from_transport(error: reqwest::Error) -> Self {
        // URLs contain chat and user ids, which must not be logged.
        Self::Transport(error.without_url().into())
    }
}
