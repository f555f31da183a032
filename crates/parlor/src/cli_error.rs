//! Errors of the command line: message, hint and exit code.

use std::fmt;

use parlor_model::Error;
use parlor_model::error::{EntityKind, ErrorKind};
use serde::{Deserialize, Serialize};

/// Exit code of the process. The numbers are part of the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExitKind {
    /// The operation failed.
    Failed = 1,
    /// The command line or configuration is wrong.
    Usage = 2,
    /// The server or the database is unreachable.
    #[serde(rename = "away")]
    Unreachable = 3,
    /// The operation is not allowed in the current state.
    Refused = 4,
    /// The entity does not exist.
    NotFound = 5,
}

/// Failure of a command. Sent over the control socket as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CliError {
    /// Exit code.
    pub(crate) exit: ExitKind,
    /// Message, one sentence without a full stop.
    pub(crate) message: String,
    /// Hint how to resolve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}

impl CliError {
    /// Creates an error without a hint.
    pub(crate) fn new(exit: ExitKind, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            fix: None,
        }
    }

    /// Sets the hint.
    #[must_use]
    pub(crate) fn with_hint(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl ExitKind {
    /// Returns the hint of errors that have no hint of their own.
    const fn default_hint(self) -> &'static str {
        match self {
            Self::Failed => "see the server's log, or try again with --log debug",
            Self::Usage => "see: parlor --help",
            Self::Unreachable => "see whether the server and its database run: parlor health",
            Self::Refused => "change what stands in the way, and try again",
            Self::NotFound => {
                "see what there is: parlor member list, parlor key list, parlor workspace list"
            }
        }
    }
}

/// Formats the message and the hint; every error has one.
impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fix = self.fix.as_deref().unwrap_or(self.exit.default_hint());
        write!(f, "error: {}\n  fix: {fix}", self.message)
    }
}

/// Uses the private context of an error as the message, since the operator may see it.
impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::NotFound(_) | ErrorKind::UnknownRoute => ExitKind::NotFound,
            ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => ExitKind::Usage,
            ErrorKind::Unauthenticated(_)
            | ErrorKind::Forbidden(_)
            | ErrorKind::AlreadyExists { .. }
            | ErrorKind::Conflict(_) => ExitKind::Refused,
            ErrorKind::Unavailable => ExitKind::Unreachable,
            ErrorKind::TooLarge { .. }
            | ErrorKind::UnsupportedMediaType
            | ErrorKind::UnsupportedEncoding
            | ErrorKind::NotAcceptable
            | ErrorKind::RateLimited { .. }
            | ErrorKind::MethodNotAllowed { .. }
            | ErrorKind::NotImplemented { .. }
            | ErrorKind::Timeout
            | ErrorKind::Internal => ExitKind::Failed,
        };
        let converted = match error.context() {
            Some(context) => Self::new(exit, context),
            None => Self::new(exit, error.to_string()),
        };
        match hint_for(error.kind()) {
            Some(fix) => converted.with_hint(fix),
            None => converted,
        }
    }
}

/// Returns the hint for an engine error, if there is a specific one.
const fn hint_for(kind: &ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::NotFound(EntityKind::Member | EntityKind::Contact | EntityKind::Assistant) => {
            Some("see who there is: parlor member list")
        }
        ErrorKind::NotFound(EntityKind::Key) => Some("see which keys there are: parlor key list"),
        ErrorKind::NotFound(EntityKind::Delivery) => Some(
            "see which there are: parlor delivery list --unsent, parlor delivery list --waiting",
        ),
        ErrorKind::NotFound(EntityKind::EventRule) => {
            Some("see which there are: GET /api/v2/w/WORKSPACE/event-rules")
        }
        ErrorKind::NotFound(EntityKind::Workspace) => {
            Some("see which there are: parlor workspace list")
        }
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => {
            Some("give another value; `parlor COMMAND --help` has examples")
        }
        ErrorKind::AlreadyExists { .. } => {
            Some("give another value, or change the one that has it")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_kind_has_a_hint() {
        for exit in [
            ExitKind::Failed,
            ExitKind::Usage,
            ExitKind::Unreachable,
            ExitKind::Refused,
            ExitKind::NotFound,
        ] {
            let text = CliError::new(exit, "it did not work").to_string();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[0], "error: it did not work");
            assert!(
                lines[1].len() > "  fix: ".len() && lines.len() == 2,
                "{text}"
            );
        }
        let text = CliError::from(Error::not_found(EntityKind::Member)).to_string();
        assert!(text.contains("parlor member list"), "{text}");
    }
}
