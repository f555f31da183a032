//! Errors that stand where an assistant's answer would have stood.

use std::time::Duration;

use parlor_gateway::DisconnectReason;
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use parlor_model::turn::TurnError;

use super::ErrorResponse;

/// `Retry-After` of a request whose workspace, or its model's provider, has reached a limit.
const COMPLETION_RETRY_DELAY: Duration = Duration::from_secs(60);

impl ErrorResponse {
    /// Builds the error that stands where an assistant's answer would have stood.
    pub(crate) fn missing_answer(error: Option<TurnError>) -> Self {
        match error {
            None => Self::from_code(
                "assistant_stopped",
                "The assistant was stopped before it had answered.",
            ),
            Some(error) => Self::from_code(error.as_str(), answer_error_message(error)),
        }
    }

    /// Builds the error of a stream that the server ends while the assistant answers.
    pub(crate) fn interrupted_answer(reason: DisconnectReason) -> Self {
        let detail = "The stream has ended before the answer, which goes on and will be stored.";
        Self::from_code(disconnect_code(reason), detail)
    }

    fn from_code(code: &'static str, detail: &str) -> Self {
        Self {
            detail: detail.to_owned(),
            error: detail.to_owned(),
            code,
            scope: None,
            errors: Vec::new(),
        }
    }
}

/// Returns the error of a request that needed a completion.
pub(crate) fn completion_error(error: TurnError) -> Error {
    Error::new(match error {
        TurnError::Unavailable => ErrorKind::NotImplemented {
            what: "model for summaries",
        },
        TurnError::ProviderRateLimited | TurnError::DailyLimit => ErrorKind::RateLimited {
            retry_after: COMPLETION_RETRY_DELAY,
        },
        TurnError::TimedOut => ErrorKind::Timeout,
        TurnError::Internal => ErrorKind::Internal,
        TurnError::ProviderUnreachable
        | TurnError::ProviderRejected
        | TurnError::InvalidResponse
        | TurnError::ContentFilter
        | TurnError::EmptyAnswer
        | TurnError::ToolRounds => ErrorKind::Unavailable,
    })
}

/// Returns the code of the error that a new request would get after the server has ended a stream.
pub(crate) fn disconnect_code(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::Shutdown => "unavailable",
        DisconnectReason::CredentialRevoked => "unauthenticated",
        DisconnectReason::Forbidden | DisconnectReason::Closed => "forbidden",
        DisconnectReason::Deleted => "not_found",
        DisconnectReason::Protocol
        | DisconnectReason::InvalidText
        | DisconnectReason::FrameTooLarge
        | DisconnectReason::TooManyInvalidFrames
        | DisconnectReason::PongTimeout
        | DisconnectReason::SlowConsumer
        | DisconnectReason::InternalError => "internal_error",
    }
}

fn answer_error_message(error: TurnError) -> &'static str {
    match error {
        TurnError::Unavailable => "No assistant answers here; a person has to respond.",
        TurnError::ProviderUnreachable => "The assistant's model cannot be reached.",
        TurnError::ProviderRejected => "The assistant's model refuses the request.",
        TurnError::ProviderRateLimited => "The assistant's model has too much to do.",
        TurnError::TimedOut => "The assistant's model took too long.",
        TurnError::InvalidResponse => "The assistant's model gave no proper answer.",
        TurnError::ContentFilter => "The assistant's model withholds its answer.",
        TurnError::EmptyAnswer => "The assistant's model gave an empty answer.",
        TurnError::DailyLimit => "The workspace has used up what its assistants may use in a day.",
        TurnError::ToolRounds => "The assistant used its tools too many times.",
        TurnError::Internal => "Something went wrong on the server.",
    }
}
