//! The public sentences of error kinds.

use std::fmt;

use super::{ConflictReason, CredentialReason, ErrorKind, ForbiddenReason};

/// Formats the public sentence of a kind. Dialects with prescribed texts use those instead.
impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { message } => f.write_str(message),
            Self::Invalid { field, rule } => write!(f, "{field} {rule}"),
            Self::Unauthenticated(CredentialReason::Key) => {
                f.write_str("invalid or missing API key")
            }
            Self::Unauthenticated(CredentialReason::TokenMissing) => {
                f.write_str("missing access token")
            }
            Self::Unauthenticated(
                CredentialReason::TokenInvalid | CredentialReason::TokenIssuer,
            ) => f.write_str("invalid access token"),
            Self::Unauthenticated(CredentialReason::TokenExpired) => {
                f.write_str("access token expired")
            }
            Self::Unauthenticated(CredentialReason::Impersonation) => {
                f.write_str("acting for another account is not available")
            }
            Self::Unauthenticated(CredentialReason::RoleMissing) => {
                f.write_str("the access token carries no role of the workspace")
            }
            Self::Forbidden(ForbiddenReason::MissingScope(scope)) => {
                write!(f, "missing scope {scope}")
            }
            Self::Forbidden(ForbiddenReason::Organization) => {
                f.write_str("organization does not own this workspace")
            }
            Self::Forbidden(ForbiddenReason::Bound) => f.write_str("credential is not valid here"),
            Self::Forbidden(ForbiddenReason::NotParticipant) => {
                f.write_str("not a participant of this conversation")
            }
            Self::Forbidden(ForbiddenReason::Left) => f.write_str("you left this conversation"),
            Self::Forbidden(ForbiddenReason::Removed) => {
                f.write_str("you were removed from this conversation")
            }
            Self::Forbidden(ForbiddenReason::NotAdmin) => {
                f.write_str("only the admin of this conversation may do this")
            }
            Self::Forbidden(ForbiddenReason::NotOwn) => f.write_str("not yours"),
            Self::Forbidden(ForbiddenReason::InviteOnly) => {
                f.write_str("nobody joins this conversation without being added")
            }
            Self::Forbidden(ForbiddenReason::Unbound) => {
                f.write_str("the key is bound to no member, and only a member may do this")
            }
            Self::Forbidden(ForbiddenReason::Outranked) => {
                f.write_str("the member has a higher role in the workspace")
            }
            Self::NotFound(noun) => write!(f, "{} not found", noun.as_str()),
            Self::AlreadyExists { noun, field } => {
                write!(f, "a {} with this {field} already exists", noun.as_str())
            }
            Self::Conflict(conflict) => f.write_str(match conflict {
                ConflictReason::IdempotencyMismatch => {
                    "this idempotency key was used with another request"
                }
                ConflictReason::InUse => "a live connection is open",
                ConflictReason::Closed => "the conversation is closed",
                ConflictReason::WrongKind => "not supported for this kind of conversation",
                ConflictReason::AlreadyParticipant => "already a participant",
                ConflictReason::IsOwner => "the owner of a conversation is not removed from it",
                ConflictReason::HasRole => {
                    "a member with a role in the workspace is not deleted this way"
                }
                ConflictReason::DefaultConversation => "the default conversation cannot be deleted",
                ConflictReason::Immutable => "a published version cannot be changed",
                ConflictReason::Referenced => "still referred to",
                ConflictReason::NotReplayable => "its target is switched off",
            }),
            Self::TooLarge { limit } => write!(f, "the request body exceeds {limit} bytes"),
            Self::UnsupportedMediaType => f.write_str("the Content-Type must be application/json"),
            Self::UnsupportedEncoding => {
                f.write_str("the body must be sent without a Content-Encoding")
            }
            Self::NotAcceptable => f.write_str("none of the accepted media types can be produced"),
            Self::RateLimited { retry_after } => {
                write!(
                    f,
                    "too many requests, retry in {} s",
                    retry_after.as_secs_f64().ceil()
                )
            }
            Self::MethodNotAllowed { .. } => f.write_str("method not allowed"),
            Self::UnknownRoute => f.write_str("no such path"),
            Self::NotImplemented { what } => write!(f, "{what} is not available on this server"),
            Self::Unavailable => f.write_str("temporarily unavailable, try again"),
            Self::Timeout => f.write_str("the request took too long"),
            Self::Internal => f.write_str("internal error"),
        }
    }
}
