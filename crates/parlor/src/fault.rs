//! What an operator is told when something cannot be done: what, the remedy, and the exit code.

use std::fmt;

use parlor_model::Error;
use parlor_model::error::Kind;
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

/// As it is printed: what, then what to do.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.fix {
            Some(fix) => write!(f, "\n  fix: {fix}"),
            None => Ok(()),
        }
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
        match error.context() {
            Some(context) => Self::new(exit, context),
            None => Self::new(exit, error.to_string()),
        }
    }
}
