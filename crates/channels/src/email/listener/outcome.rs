//! What a client is told of its recipients and of its mail.

use parlor_model::Error;
use parlor_model::error::ErrorKind;

use super::reply::{self, Reply};

/// What became of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientVerdict<R> {
    /// It is an inbox of a workspace.
    Accepted(R),
    /// No workspace has such an inbox.
    Unknown,
    /// Several workspaces have such an inbox. The mail waits at its server until somebody has decided.
    Ambiguous,
    /// It cannot be looked up now.
    Unavailable,
}

/// What became of a mail for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailReceiptOutcome {
    /// It is stored, or is one that is stored nowhere. It must not be repeated.
    Accepted,
    /// The inbox does not exist any more.
    UnknownInbox,
    /// It is no mail, and will be none the next time.
    Refused,
    /// It is longer than allowed.
    TooLong,
    /// It could not be stored now.
    Unavailable,
}

impl MailReceiptOutcome {
    /// Returns the outcome of an error, as a request of a mail server over HTTP is answered.
    pub(super) fn from_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound(_) => Self::UnknownInbox,
            ErrorKind::Invalid { .. } => Self::Refused,
            ErrorKind::TooLarge { .. } => Self::TooLong,
            _ => Self::Unavailable,
        }
    }

    /// Returns the reply about one recipient.
    pub(super) const fn reply(self) -> Reply {
        match self {
            Self::Accepted => reply::MAIL_OK,
            Self::UnknownInbox => reply::UNKNOWN_RECIPIENT,
            Self::Refused => reply::NOT_A_MAIL,
            Self::TooLong => reply::MAIL_TOO_LONG,
            Self::Unavailable => reply::MAIL_UNAVAILABLE,
        }
    }

    /// Returns the outcome for all recipients, which SMTP has one reply for. If they differ, the mail is to be repeated: who has
    /// it does not get it twice, and of whom it was refused it is told at the recipient's own command.
    pub(super) fn of_all(outcomes: &[Self]) -> Self {
        match outcomes {
            [first, rest @ ..] if rest.iter().all(|outcome| outcome == first) => *first,
            _ => Self::Unavailable,
        }
    }
}
