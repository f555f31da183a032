//! What an operator is told when something cannot be done: what, the remedy, and the exit code.

use std::fmt;

use parlor_model::Error;
use parlor_model::error::{Kind, Noun};
use serde::{Deserialize, Serialize};

/// How a process ends. The numbers are part of the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// It was tried and did not work.
    Failed = 1,
    /// It was asked for wrongly.
    Usage = 2,
    /// The server or the database cannot be reached.
    Away = 3,
    /// It was understood and refused.
    Refused = 4,
    /// What it was about does not exist.
    NotFound = 5,
}

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// How the process ends.
    pub exit: Exit,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Fault {
    /// A fault without a remedy.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            fix: None,
        }
    }

    /// Adds the remedy.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl Exit {
    /// What to do where nobody knows better.
    const fn remedy(self) -> &'static str {
        match self {
            Self::Failed => "see the server's log, or try again with --log debug",
            Self::Usage => "see: parlor --help",
            Self::Away => "see whether the server and its database run: parlor health",
            Self::Refused => "change what stands in the way, and try again",
            Self::NotFound => {
                "see what there is: parlor member list, parlor key list, parlor workspace list"
            }
        }
    }
}

/// As it is printed: what, then what to do. There is always something to do.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fix = self.fix.as_deref().unwrap_or(self.exit.remedy());
        write!(f, "error: {}\n  fix: {fix}", self.message)
    }
}

/// The operator holds the machine, so the private half of an error is for these eyes.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            Kind::NotFound(_) | Kind::UnknownRoute => Exit::NotFound,
            Kind::Malformed { .. } | Kind::Invalid { .. } => Exit::Usage,
            Kind::Unauthenticated(_)
            | Kind::Forbidden(_)
            | Kind::AlreadyExists { .. }
            | Kind::Conflict(_) => Exit::Refused,
            Kind::Unavailable => Exit::Away,
            Kind::TooLarge { .. }
            | Kind::UnsupportedMediaType
            | Kind::UnsupportedEncoding
            | Kind::NotAcceptable
            | Kind::RateLimited { .. }
            | Kind::MethodNotAllowed { .. }
            | Kind::NotImplemented { .. }
            | Kind::Timeout
            | Kind::Internal => Exit::Failed,
        };
        let fault = match error.context() {
            Some(context) => Self::new(exit, context),
            None => Self::new(exit, error.to_string()),
        };
        match remedy(error.kind()) {
            Some(fix) => fault.fix(fix),
            None => fault,
        }
    }
}

/// What to do about an error of the core's, where the command line has a command for it.
const fn remedy(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::NotFound(Noun::Member | Noun::Contact | Noun::Assistant) => {
            Some("see who there is: parlor member list")
        }
        Kind::NotFound(Noun::Key) => Some("see which keys there are: parlor key list"),
        Kind::NotFound(Noun::Workspace) => Some("see which there are: parlor workspace list"),
        Kind::Malformed { .. } | Kind::Invalid { .. } => {
            Some("give another value; `parlor COMMAND --help` has examples")
        }
        Kind::AlreadyExists { .. } => Some("give another value, or change the one that has it"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_remedy() {
        for exit in [
            Exit::Failed,
            Exit::Usage,
            Exit::Away,
            Exit::Refused,
            Exit::NotFound,
        ] {
            let text = Fault::new(exit, "it did not work").to_string();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[0], "error: it did not work");
            assert!(
                lines[1].len() > "  fix: ".len() && lines.len() == 2,
                "{text}"
            );
        }
        let text = Fault::from(Error::not_found(Noun::Member)).to_string();
        assert!(text.contains("parlor member list"), "{text}");
    }
}
