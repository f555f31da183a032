//! Renders errors as envelopes with the vendor's codes.
//!
//! Errors with a vendor code have HTTP status 200, because the vendor's clients take any other status for a broken
//! connection. Errors without one have a status of their own and code `-1`.

use std::borrow::Cow;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_model::Error;
use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};

use crate::envelope;

/// A code and its description.
type ErrorCode = (&'static str, &'static str);

const UNSPECIFIED: ErrorCode = ("-1", "error");
const RETRY_LATER: ErrorCode = ("10002", "operation failed, retry later");
const TOKEN_EXPIRED: ErrorCode = ("10100", "token expired");
const TOKEN_ERROR: ErrorCode = ("10101", "token error");
const TOKEN_ISSUER_ERROR: ErrorCode = ("10102", "token issuer error");
const RATE_LIMIT: ErrorCode = ("10110", "rate limit");
const PARAMETER_ERROR: ErrorCode = ("10112", "parameter error");
const PERMISSION_DENIED: ErrorCode = ("10120", "permission denied");
const USER_NOT_FOUND: ErrorCode = ("11602", "user not found");
const GROUP_TYPE_ERROR: ErrorCode = ("13101", "group type error");
const REMOVED: ErrorCode = ("13102", "You have been removed from the chat");
const LEFT: ErrorCode = ("13103", "You have left the group chat");
const DISMISSED: ErrorCode = ("13104", "Chat has been dismissed");
const NOT_ADMIN: ErrorCode = ("13107", "Not the admin of this channel");
const NOT_MEMBER: ErrorCode = ("13108", "Not the member of this group");
const UNSUPPORTED_GROUP_TYPE: ErrorCode = ("13109", "The current group type is not supported");
const ALREADY_JOINED: ErrorCode = ("13302", "already joined");

/// Name of the field `type` in errors. For a channel's type it selects an error code of its own.
pub(crate) const TYPE_FIELD: &str = "type";

/// Returns the HTTP status and the code of an error.
pub(crate) fn status_and_code(error: &Error) -> (StatusCode, ErrorCode) {
    match error.kind() {
        ErrorKind::Invalid { field, .. } if field == TYPE_FIELD => {
            (StatusCode::OK, GROUP_TYPE_ERROR)
        }
        ErrorKind::NotFound(EntityKind::Member) => (StatusCode::OK, USER_NOT_FOUND),
        ErrorKind::Malformed { .. }
        | ErrorKind::Invalid { .. }
        | ErrorKind::NotFound(_)
        | ErrorKind::AlreadyExists { .. }
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::NotAcceptable => (StatusCode::OK, PARAMETER_ERROR),
        ErrorKind::Unauthenticated(credential) => {
            (StatusCode::OK, unauthenticated_code(*credential))
        }
        ErrorKind::Forbidden(denied) => (StatusCode::OK, forbidden_code(*denied)),
        ErrorKind::Conflict(conflict) => (StatusCode::OK, conflict_code(*conflict)),
        ErrorKind::RateLimited { .. } => (StatusCode::OK, RATE_LIMIT),
        ErrorKind::Unavailable | ErrorKind::Timeout => (StatusCode::OK, RETRY_LATER),
        ErrorKind::NotImplemented { .. } => (StatusCode::OK, UNSPECIFIED),
        ErrorKind::UnsupportedEncoding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, UNSPECIFIED),
        ErrorKind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, UNSPECIFIED),
        ErrorKind::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, UNSPECIFIED),
        ErrorKind::UnknownRoute => (StatusCode::NOT_FOUND, UNSPECIFIED),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, UNSPECIFIED),
    }
}

/// Returns the description of an error. A parameter error names the parameter and the rule that it breaks.
pub(crate) fn description(error: &Error) -> Cow<'static, str> {
    let (_, (code, text)) = status_and_code(error);
    if code != PARAMETER_ERROR.0 {
        return text.into();
    }
    let detail: Cow<'_, str> = match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            // The engine's names of fields that the body names otherwise.
            let field = match field.as_ref() {
                "text" => "content",
                "message type" => TYPE_FIELD,
                field => field,
            };
            format!("{field} {rule}").into()
        }
        ErrorKind::NotFound(EntityKind::Conversation) => "channelUuid names no channel".into(),
        ErrorKind::NotFound(EntityKind::Message) => "id names no message".into(),
        ErrorKind::AlreadyExists { field, .. } => format!("{field} is taken").into(),
        other => other.to_string().into(),
    };
    format!("{text}: {detail}").into()
}

/// Replaces the field name of a validation error by the name that the request uses.
pub(crate) fn with_field(error: Error, field: &'static str) -> Error {
    match error.kind() {
        ErrorKind::Invalid { rule, .. } => Error::invalid(field, rule.clone()),
        _ => error,
    }
}

/// Renders an error as a response.
pub(crate) fn render(error: &Error) -> Response {
    let (status, (code, _)) = status_and_code(error);
    let mut response = envelope::error_response(status, code, &description(error));
    let headers = response.headers_mut();
    if let ErrorKind::MethodNotAllowed { allow } = error.kind()
        && let Ok(value) = HeaderValue::from_str(allow)
    {
        headers.insert(ALLOW, value);
    }
    if matches!(error.kind(), ErrorKind::Unavailable) {
        headers.insert(RETRY_AFTER, HeaderValue::from(1));
    }
    if let ErrorKind::RateLimited { retry_after } = error.kind() {
        headers.insert(
            RETRY_AFTER,
            retry_after
                .as_secs_f64()
                .ceil()
                .to_string()
                .parse()
                .unwrap_or(HeaderValue::from(1)),
        );
    }
    response
}

fn unauthenticated_code(credential: CredentialReason) -> ErrorCode {
    match credential {
        CredentialReason::Key => PERMISSION_DENIED,
        CredentialReason::TokenMissing
        | CredentialReason::TokenInvalid
        | CredentialReason::Impersonation
        | CredentialReason::RoleMissing => TOKEN_ERROR,
        CredentialReason::TokenExpired => TOKEN_EXPIRED,
        CredentialReason::TokenIssuer => TOKEN_ISSUER_ERROR,
    }
}

fn forbidden_code(denied: ForbiddenReason) -> ErrorCode {
    match denied {
        ForbiddenReason::MissingScope(_)
        | ForbiddenReason::Organization
        | ForbiddenReason::Bound
        | ForbiddenReason::NotOwn
        | ForbiddenReason::InviteOnly
        | ForbiddenReason::Unbound
        | ForbiddenReason::Outranked => PERMISSION_DENIED,
        ForbiddenReason::NotParticipant => NOT_MEMBER,
        ForbiddenReason::Left => LEFT,
        ForbiddenReason::Removed => REMOVED,
        ForbiddenReason::NotAdmin => NOT_ADMIN,
    }
}

fn conflict_code(conflict: ConflictReason) -> ErrorCode {
    match conflict {
        ConflictReason::Closed => DISMISSED,
        ConflictReason::WrongKind => UNSUPPORTED_GROUP_TYPE,
        ConflictReason::AlreadyParticipant => ALREADY_JOINED,
        ConflictReason::InUse => RETRY_LATER,
        ConflictReason::IdempotencyMismatch => PARAMETER_ERROR,
        ConflictReason::HasRole
        | ConflictReason::IsOwner
        | ConflictReason::DefaultConversation
        | ConflictReason::Immutable
        | ConflictReason::Referenced
        | ConflictReason::NotReplayable => PERMISSION_DENIED,
    }
}

#[cfg(test)]
mod tests;
