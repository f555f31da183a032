//! What to do about a refused request.

use std::borrow::Cow;

use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};

/// Returns the remedy of an error: a sentence, with a command where there is one.
pub(super) fn remedy(kind: &ErrorKind) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        ErrorKind::UnknownRoute => {
            "compare the path with the reference at /docs; a dialect that is switched off has no paths"
        }
        ErrorKind::MethodNotAllowed { allow } => {
            return Cow::Owned(format!("use one of: {allow}"));
        }
        ErrorKind::Unauthenticated(reason) => credential(*reason),
        ErrorKind::RateLimited { .. } => {
            "wait as long as Retry-After says, or raise requests_per_minute"
        }
        ErrorKind::Forbidden(ForbiddenReason::MissingScope(scope)) => {
            return Cow::Owned(format!(
                "use a key with this scope: parlor key create --scopes {scope}"
            ));
        }
        ErrorKind::Forbidden(reason) => forbidden(*reason),
        ErrorKind::NotFound(_) => {
            "check that the id is of this workspace, and that the caller takes part in the conversation"
        }
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => {
            "the answer names the field; the reference at /docs has its form"
        }
        ErrorKind::TooLarge { .. } => "send less, or raise body_limit",
        ErrorKind::UnsupportedMediaType => "send Content-Type: application/json",
        ErrorKind::UnsupportedEncoding => "send the body as it is, without Content-Encoding",
        ErrorKind::NotAcceptable => "accept a media type that the reference names",
        ErrorKind::AlreadyExists { .. } => "choose another value, or change the entity that has it",
        ErrorKind::Conflict(_) => "read the entity's present state, and decide anew",
        ErrorKind::NotImplemented { .. } => {
            "see the setting that switches it on in docs/configuration.md"
        }
        ErrorKind::Unavailable | ErrorKind::Timeout => {
            "try again; if it goes on, see parlor health and the server's log"
        }
        ErrorKind::Internal => "see the server's log by the request id",
    })
}

const fn credential(reason: CredentialReason) -> &'static str {
    match reason {
        CredentialReason::Key => {
            "send a key that is neither revoked nor expired: parlor key list, parlor key create"
        }
        CredentialReason::TokenMissing => {
            "send a token as Authorization: Bearer TOKEN: parlor token create --member ID"
        }
        CredentialReason::TokenInvalid => {
            "send a token that this server has issued for this workspace: parlor token create --member ID"
        }
        CredentialReason::TokenExpired => {
            "fetch a new token; --ttl of parlor token create says how long it works"
        }
        CredentialReason::TokenIssuer => {
            "the setting issuer has changed since the token was made, or another server has made it: fetch a new one"
        }
        CredentialReason::Impersonation => "act as the member itself, with its own token",
        CredentialReason::RoleMissing => {
            "fetch a token with a role of the workspace, or switch require-roles off"
        }
    }
}

const fn forbidden(reason: ForbiddenReason) -> &'static str {
    match reason {
        ForbiddenReason::MissingScope(_) => "use a key with this scope",
        ForbiddenReason::Organization => "use a key of the organization that owns the workspace",
        ForbiddenReason::Bound => "use a credential that is not bound to another resource",
        ForbiddenReason::NotParticipant => {
            "add the member to the conversation, or use a key with conversations:read"
        }
        ForbiddenReason::Left | ForbiddenReason::Removed => {
            "let a participant add the member again"
        }
        ForbiddenReason::NotAdmin => {
            "let the admin of the conversation do it, or make the caller one"
        }
        ForbiddenReason::NotOwn => "let the member do it to whom it belongs",
        ForbiddenReason::InviteOnly => "let a participant add the member",
        ForbiddenReason::Unbound => "use a key or token of a member: parlor key create --member ID",
        ForbiddenReason::Outranked => "let a member with a higher role do it",
    }
}
