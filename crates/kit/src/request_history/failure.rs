//! The rule that has refused a request, in words that are part of the program.

use std::borrow::Cow;

use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};

/// Check of a request, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestStep {
    /// The path and the method exist.
    Path,
    /// The credential is accepted.
    Credential,
    /// No limit is exceeded.
    Limits,
    /// The credential has the scope of the route.
    Scope,
    /// The headers, the query and the body are of the documented form.
    Content,
    /// The caller has the right, and the entities are there and in the right state.
    Rules,
    /// The server can do it.
    Server,
}

impl RequestStep {
    /// All checks, in order.
    pub const ALL: [Self; 7] = [
        Self::Path,
        Self::Credential,
        Self::Limits,
        Self::Scope,
        Self::Content,
        Self::Rules,
        Self::Server,
    ];

    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Credential => "credential",
            Self::Limits => "limits",
            Self::Scope => "scope",
            Self::Content => "content",
            Self::Rules => "rules",
            Self::Server => "server",
        }
    }
}

/// What has refused a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFailure {
    /// Check that has failed.
    pub step: RequestStep,
    /// Rule, as a sentence without a full stop. Never a value of the request.
    pub rule: Cow<'static, str>,
    /// What to do.
    pub remedy: Cow<'static, str>,
}

impl RequestFailure {
    /// Describes an error. Names and values that the caller has chosen are left out.
    pub fn from_kind(kind: &ErrorKind) -> Self {
        Self {
            step: step(kind),
            rule: rule(kind),
            remedy: super::remedy::remedy(kind),
        }
    }
}

const fn step(kind: &ErrorKind) -> RequestStep {
    match kind {
        ErrorKind::UnknownRoute | ErrorKind::MethodNotAllowed { .. } => RequestStep::Path,
        ErrorKind::Unauthenticated(CredentialReason::RoleMissing) => RequestStep::Rules,
        ErrorKind::Unauthenticated(_) => RequestStep::Credential,
        ErrorKind::RateLimited { .. } => RequestStep::Limits,
        ErrorKind::Forbidden(ForbiddenReason::MissingScope(_)) => RequestStep::Scope,
        ErrorKind::Malformed { .. }
        | ErrorKind::Invalid { .. }
        | ErrorKind::TooLarge { .. }
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::UnsupportedEncoding
        | ErrorKind::NotAcceptable => RequestStep::Content,
        ErrorKind::Forbidden(_)
        | ErrorKind::NotFound(_)
        | ErrorKind::AlreadyExists { .. }
        | ErrorKind::Conflict(_) => RequestStep::Rules,
        ErrorKind::NotImplemented { .. }
        | ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::Internal => RequestStep::Server,
    }
}

fn rule(kind: &ErrorKind) -> Cow<'static, str> {
    match kind {
        // An owned text may quote what the caller has sent.
        ErrorKind::Malformed {
            message: Cow::Borrowed(message),
        } => Cow::Borrowed(message),
        ErrorKind::Malformed { .. } => Cow::Borrowed("the request cannot be read"),
        ErrorKind::Invalid {
            field: Cow::Borrowed(field),
            rule: Cow::Borrowed(rule),
        } => Cow::Owned(format!("{field} {rule}")),
        ErrorKind::Invalid {
            field: Cow::Borrowed(field),
            ..
        } => Cow::Owned(format!("{field} breaks its rule")),
        ErrorKind::Invalid { .. } => Cow::Borrowed("a value breaks its rule"),
        ErrorKind::NotFound(noun) => Cow::Owned(format!(
            "there is no such {}, or the caller may not know of it",
            noun.as_str()
        )),
        kind => Cow::Owned(kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::Error;

    use super::*;

    #[test]
    fn texts_of_a_caller_are_left_out() {
        let secret = String::from("Ada's words");
        for error in [
            Error::malformed(secret.clone()),
            Error::invalid(secret.clone(), "must be short"),
            Error::invalid("name", format!("{secret} is too long")),
        ] {
            let failure = RequestFailure::from_kind(error.kind());
            assert!(!format!("{failure:?}").contains("Ada"), "{failure:?}");
            assert_eq!(failure.step, RequestStep::Content);
        }
        let known = Error::invalid("name", "must not be empty");
        let failure = RequestFailure::from_kind(known.kind());
        assert_eq!(failure.rule, "name must not be empty");
    }
}
