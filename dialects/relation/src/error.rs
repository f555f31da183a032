//! Errors on this dialect's wire.
//!
//! Whatever has a code of the vendor's is answered under HTTP 200, as its clients expect: they take any other status
//! for a broken connection. Only what the vendor has no code for has a status of its own, with code `-1`.

use std::borrow::Cow;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};

use crate::envelope;

/// A code and its words.
pub(crate) type Code = (&'static str, &'static str);

const UNSPECIFIED: Code = ("-1", "error");
const RETRY: Code = ("10002", "operation failed, retry later");
const TOKEN_EXPIRED: Code = ("10100", "token expired");
const TOKEN: Code = ("10101", "token error");
const TOKEN_ISSUER: Code = ("10102", "token issuer error");
const RATE_LIMIT: Code = ("10110", "rate limit");
const PARAMETER: Code = ("10112", "parameter error");
const PERMISSION: Code = ("10120", "permission denied");
const USER_UNKNOWN: Code = ("11602", "user not found");
const GROUP_TYPE: Code = ("13101", "group type error");
const REMOVED: Code = ("13102", "You have been removed from the chat");
const LEFT: Code = ("13103", "You have left the group chat");
const DISMISSED: Code = ("13104", "Chat has been dismissed");
const NOT_ADMIN: Code = ("13107", "Not the admin of this channel");
const NOT_MEMBER: Code = ("13108", "Not the member of this group");
const WRONG_TYPE: Code = ("13109", "The current group type is not supported");
const JOINED: Code = ("13302", "already joined");

/// The field whose refusal has a code of its own: a channel's type.
pub(crate) const TYPE: &str = "type";

/// The status and the code of an error.
pub(crate) fn code(error: &Error) -> (StatusCode, Code) {
    match error.kind() {
        Kind::Invalid { field, .. } if field == TYPE => (StatusCode::OK, GROUP_TYPE),
        Kind::NotFound(Noun::Member) => (StatusCode::OK, USER_UNKNOWN),
        Kind::Malformed { .. }
        | Kind::Invalid { .. }
        | Kind::NotFound(_)
        | Kind::AlreadyExists { .. }
        | Kind::UnsupportedMediaType
        | Kind::NotAcceptable => (StatusCode::OK, PARAMETER),
        Kind::Unauthenticated(credential) => (StatusCode::OK, unauthenticated(*credential)),
        Kind::Forbidden(denied) => (StatusCode::OK, forbidden(*denied)),
        Kind::Conflict(conflict) => (StatusCode::OK, conflicting(*conflict)),
        Kind::RateLimited { .. } => (StatusCode::OK, RATE_LIMIT),
        Kind::Unavailable | Kind::Timeout => (StatusCode::OK, RETRY),
        Kind::NotImplemented { .. } => (StatusCode::OK, UNSPECIFIED),
        Kind::UnsupportedEncoding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, UNSPECIFIED),
        Kind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, UNSPECIFIED),
        Kind::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, UNSPECIFIED),
        Kind::UnknownRoute => (StatusCode::NOT_FOUND, UNSPECIFIED),
        Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, UNSPECIFIED),
    }
}

/// A code in words. Parameters are many, so those words go on with which one is meant.
pub(crate) fn desc(error: &Error) -> Cow<'static, str> {
    let (_, (code, words)) = code(error);
    if code != PARAMETER.0 {
        return words.into();
    }
    let which: Cow<'_, str> = match error.kind() {
        Kind::Invalid { field, rule } => {
            // The core's own words for what stands in a body.
            let field = match field.as_ref() {
                "text" => "content",
                "message type" => TYPE,
                field => field,
            };
            format!("{field} {rule}").into()
        }
        Kind::NotFound(Noun::Conversation) => "channelUuid names no channel".into(),
        Kind::NotFound(Noun::Message) => "id names no message".into(),
        Kind::AlreadyExists { field, .. } => format!("{field} is taken").into(),
        other => other.to_string().into(),
    };
    format!("{words}: {which}").into()
}

/// The same refusal of a field by the name that a request has for it, where the core has another.
pub(crate) fn in_field(error: Error, field: &'static str) -> Error {
    match error.kind() {
        Kind::Invalid { rule, .. } => Error::invalid(field, rule.clone()),
        _ => error,
    }
}

/// The response of an error.
pub(crate) fn render(error: &Error) -> Response {
    let (status, (code, _)) = code(error);
    let mut response = envelope::refusal(status, code, &desc(error));
    let headers = response.headers_mut();
    if let Kind::MethodNotAllowed { allow } = error.kind()
        && let Ok(value) = HeaderValue::from_str(allow)
    {
        headers.insert(ALLOW, value);
    }
    if matches!(error.kind(), Kind::Unavailable) {
        headers.insert(RETRY_AFTER, HeaderValue::from(1));
    }
    if let Kind::RateLimited { retry_after } = error.kind() {
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

fn unauthenticated(credential: Credential) -> Code {
    match credential {
        Credential::Key => PERMISSION,
        Credential::TokenMissing
        | Credential::TokenInvalid
        | Credential::Impersonation
        | Credential::RoleMissing => TOKEN,
        Credential::TokenExpired => TOKEN_EXPIRED,
        Credential::TokenIssuer => TOKEN_ISSUER,
    }
}

fn forbidden(denied: Denied) -> Code {
    match denied {
        Denied::MissingScope(_)
        | Denied::Organization
        | Denied::Bound
        | Denied::NotOwn
        | Denied::InviteOnly
        | Denied::Unbound
        | Denied::Outranked => PERMISSION,
        Denied::NotParticipant => NOT_MEMBER,
        Denied::Left => LEFT,
        Denied::Removed => REMOVED,
        Denied::NotAdmin => NOT_ADMIN,
    }
}

fn conflicting(conflict: Conflict) -> Code {
    match conflict {
        Conflict::Closed => DISMISSED,
        Conflict::WrongKind => WRONG_TYPE,
        Conflict::AlreadyParticipant => JOINED,
        Conflict::InUse => RETRY,
        Conflict::IdempotencyMismatch => PARAMETER,
        Conflict::HasRole
        | Conflict::IsOwner
        | Conflict::DefaultConversation
        | Conflict::Immutable
        | Conflict::Referenced => PERMISSION,
    }
}

#[cfg(test)]
mod tests;
