//! How sockets end: a last envelope with the code that a request would get, and a close code that tells whether to come
//! back.

use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{Ending, Farewell};
use parlor_model::Error;
use parlor_model::error::{Credential, Denied, Kind};

use crate::{envelope, error};

/// Why no connection came about.
pub(super) fn refused(error: &Error) -> Farewell {
    let (code, reason) = match error.kind() {
        Kind::Unauthenticated(_) => (4401, "token error"),
        Kind::Forbidden(_) => (4403, "permission denied"),
        Kind::RateLimited { .. } => (4429, "rate limit"),
        _ => {
            tracing::warn!(?error, "a socket was refused");
            (4500, "error")
        }
    };
    farewell(error, code, reason)
}

/// How an open socket ends.
pub(super) fn of(ending: Ending) -> Farewell {
    let token = || Error::unauthenticated(Credential::TokenInvalid);
    let (error, reason) = match ending {
        Ending::Shutdown => (Error::new(Kind::Unavailable), "the server stops"),
        Ending::Protocol => (
            Error::malformed("a frame breaks the protocol"),
            "protocol error",
        ),
        Ending::InvalidText => (Error::malformed("a text is not UTF-8"), "not UTF-8"),
        Ending::TooLarge => (Error::malformed("a frame is too large"), "too large"),
        Ending::Credential => (token(), "token error"),
        Ending::Forbidden | Ending::Closed | Ending::Deleted => {
            (Error::forbidden(Denied::NotOwn), "permission denied")
        }
        Ending::Silent => (Error::new(Kind::Timeout), "nothing was heard"),
        Ending::Stuck => (Error::new(Kind::Timeout), "nothing was taken"),
        Ending::TooManyMistakes | Ending::Broken => (Error::new(Kind::Internal), "error"),
    };
    farewell(&error, ending.close_code(), reason)
}

fn farewell(error: &Error, code: u16, reason: &'static str) -> Farewell {
    let (_, (word, _)) = error::code(error);
    let said = error::desc(error);
    Farewell {
        say: Some(Utf8Bytes::from(envelope::text(word, &said))),
        code,
        reason,
    }
}
