//! Errors on this dialect's wire.
//!
//! Whatever has a code of the vendor's is answered under HTTP 200, as its clients expect: they take any other status
//! for a broken connection. Only what the vendor has no code for has a status of its own, with code `-1`.

use std::borrow::Cow;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_model::Error;
use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};

use crate::envelope;

/// A code and its words.
pub(crate) type ErrorCode = (&'static str, &'static str);

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

/// The field whose refusal has a code of its own: a channel's type.
pub(crate) const TYPE_FIELD: &str = "type";

/// The status and the code of an error.
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

/// A code in words. Parameters are many, so those words go on with which one is meant.
pub(crate) fn description(error: &Error) -> Cow<'static, str> {
    let (_, (code, words)) = status_and_code(error);
    if code != PARAMETER_ERROR.0 {
        return words.into();
    }
    let which: Cow<'_, str> = match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            // The core's own words for what stands in a body.
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
    format!("{words}: {which}").into()
}

/// The same refusal of a field by the name that a request has for it, where the core has another.
pub(crate) fn with_field(error: Error, field: &'static str) -> Error {
    match error.kind() {
        ErrorKind::Invalid { rule, .. } => Error::invalid(field, rule.clone()),
        _ => error,
    }
}

/// The response of an error.
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
        | ConflictReason::Referenced => PERMISSION_DENIED,
    }
}

#[cfg(test)]
mod tests;
