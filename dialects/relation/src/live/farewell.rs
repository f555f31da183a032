//! How sockets end: a last envelope with the code that a request would get, and a close code that tells whether to come
//! back.

use axum::extract::ws::Utf8Bytes;
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
    let (error, code, reason) = match ending {
        Ending::Shutdown => (Error::new(Kind::Unavailable), 1001, "the server stops"),
        Ending::TooLarge => (Error::malformed("a frame is too large"), 1009, "too large"),
        Ending::Credential => (token(), 4401, "token error"),
        Ending::Forbidden | Ending::Closed | Ending::Deleted => {
            (Error::forbidden(Denied::NotOwn), 4403, "permission denied")
        }
        Ending::Silent | Ending::Stuck => (Error::new(Kind::Timeout), 4408, "nothing was taken"),
        Ending::TooManyMistakes | Ending::Broken => (Error::new(Kind::Internal), 4500, "error"),
    };
    farewell(&error, code, reason)
}

fn farewell(error: &Error, code: u16, reason: &'static str) -> Farewell {
    let (_, (word, said)) = error::code(error);
    Farewell {
        say: Some(Utf8Bytes::from(envelope::text(word, said))),
        code,
        reason,
    }
}
