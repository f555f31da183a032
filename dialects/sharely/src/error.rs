//! Errors in this vendor's words.

use std::borrow::Cow;
use std::time::Duration;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_kit::{Meta, reply};
use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use serde::Serialize;
use utoipa::ToSchema;

use crate::reply::versioned;
use crate::{ErrorStyle, Settings};

/// An error, as the endpoint pages show it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Failure<'e> {
    /// What kind of error it is.
    error: &'e str,
    /// What is wrong.
    message: &'e str,
}

/// An error, as the newer page shows it: where the operator has set `error_style` to `errorId`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FailureWithId)]
pub(crate) struct Newer<'e> {
    /// What is wrong.
    error: &'e str,
    /// The request's id.
    #[schema(format = "uuid")]
    error_id: String,
}

/// The one place where errors become responses.
pub(crate) fn render(error: &Error, meta: &Meta) -> Response {
    let (status, word, message) = words(error.kind());
    let mut response = match meta.section::<Settings>().error_style {
        ErrorStyle::Message => {
            let message = &message;
            reply::json(
                status,
                &Failure {
                    error: word,
                    message,
                },
            )
        }
        ErrorStyle::ErrorId => {
            let error_id = meta.request.hyphenated().to_string();
            let error = &message;
            reply::json(status, &Newer { error, error_id })
        }
    };
    let extra = match error.kind() {
        Kind::MethodNotAllowed { allow } => HeaderValue::from_str(allow).ok().map(|v| (ALLOW, v)),
        Kind::RateLimited { retry_after } => Some((RETRY_AFTER, seconds(*retry_after))),
        Kind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    };
    if let Some((name, value)) = extra {
        response.headers_mut().insert(name, value);
    }
    versioned(response)
}

/// Whole seconds, rounded up.
fn seconds(wait: Duration) -> HeaderValue {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(whole.max(1))
}

type Words = (StatusCode, &'static str, Cow<'static, str>);

fn words(kind: &Kind) -> Words {
    use StatusCode as S;
    let (status, word, text): (_, _, &'static str) = match kind {
        Kind::Malformed { message } => {
            return (S::BAD_REQUEST, "Bad Request", message.clone());
        }
        Kind::Invalid { field, rule } => {
            let text = format!("{field} {rule}");
            return (S::BAD_REQUEST, "Validation Error", text.into());
        }
        Kind::Unauthenticated(credential) => (
            S::UNAUTHORIZED,
            "Unauthorized",
            match credential {
                Credential::Key => "Invalid or expired API key",
                Credential::TokenMissing
                | Credential::TokenInvalid
                | Credential::TokenExpired
                | Credential::TokenIssuer
                | Credential::Impersonation => "Invalid or missing access token",
                // The vendor's newest client knows such a session by either of these two words.
                Credential::RoleMissing => "A roleId is required: RBAC is active in this workspace",
            },
        ),
        Kind::Forbidden(denied) => return (S::FORBIDDEN, "Forbidden", forbidden(denied)),
        Kind::NotFound(noun) => (S::NOT_FOUND, "Error", unknown(*noun)),
        Kind::AlreadyExists {
            noun: Noun::Role, ..
        } => (S::CONFLICT, "Conflict", "customerRoleId already exists"),
        Kind::AlreadyExists { field, .. } => {
            let text = format!("{field} already exists");
            return (S::CONFLICT, "Conflict", text.into());
        }
        Kind::Conflict(conflict) => (S::CONFLICT, "Conflict", standing(*conflict)),
        Kind::TooLarge { limit } => {
            let text = format!("Request body exceeds {limit} bytes");
            return (S::PAYLOAD_TOO_LARGE, "Payload Too Large", text.into());
        }
        Kind::UnsupportedMediaType => (
            S::BAD_REQUEST,
            "Bad Request",
            "Content-Type must be application/json",
        ),
        Kind::UnsupportedEncoding => (
            S::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported Media Type",
            "The body must be sent without a Content-Encoding",
        ),
        Kind::NotAcceptable => (
            S::NOT_ACCEPTABLE,
            "Not Acceptable",
            "Only application/json can be produced",
        ),
        Kind::RateLimited { .. } => (
            S::TOO_MANY_REQUESTS,
            "Too Many Requests",
            "Rate limit exceeded, try again later",
        ),
        Kind::MethodNotAllowed { .. } => (
            S::METHOD_NOT_ALLOWED,
            "Method Not Allowed",
            "Method Not Allowed",
        ),
        Kind::UnknownRoute => (S::NOT_FOUND, "Error", "Not found"),
        Kind::NotImplemented { what } => {
            let text = format!("{what} is not available on this server");
            return (S::NOT_IMPLEMENTED, "Not Implemented", text.into());
        }
        Kind::Unavailable => (
            S::SERVICE_UNAVAILABLE,
            "Service Unavailable",
            "Temporarily unavailable, try again",
        ),
        Kind::Timeout => (
            S::GATEWAY_TIMEOUT,
            "Gateway Timeout",
            "The request took too long",
        ),
        Kind::Internal => (
            S::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            "An unexpected error occurred",
        ),
    };
    (status, word, text.into())
}

fn forbidden(denied: &Denied) -> Cow<'static, str> {
    match denied {
        Denied::MissingScope(scope) => format!("Missing scope {scope}").into(),
        Denied::Organization => "Organization does not own this workspace".into(),
        Denied::Bound => "Token is not valid for this space".into(),
        Denied::NotParticipant
        | Denied::Left
        | Denied::Removed
        | Denied::NotAdmin
        | Denied::NotOwn
        | Denied::InviteOnly
        | Denied::Unbound
        | Denied::Outranked => "Not allowed".into(),
    }
}

fn unknown(noun: Noun) -> &'static str {
    match noun {
        Noun::Organization => "Organization not found",
        Noun::Workspace => "Workspace not found",
        Noun::Member | Noun::Assistant | Noun::Contact | Noun::Participant => "User not found",
        Noun::Space => "Space not found",
        Noun::Conversation => "Group not found",
        Noun::Thread => "Thread not found",
        Noun::Message => "Message not found",
        Noun::Key => "API key not found",
        Noun::Role => "Role not found",
        Noun::Workflow
        | Noun::WorkflowVersion
        | Noun::Assignment
        | Noun::Task
        | Noun::PhoneNumber
        | Noun::Inbox
        | Noun::Site
        | Noun::Label
        | Noun::Filter
        | Noun::EventRule
        | Noun::File => "Not found",
    }
}

fn standing(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::IdempotencyMismatch => {
            "The id or Idempotency-Key was already used with another request"
        }
        Conflict::DefaultConversation => "Default group cannot be deleted",
        Conflict::Closed => "Group is closed",
        Conflict::InUse
        | Conflict::WrongKind
        | Conflict::AlreadyParticipant
        | Conflict::IsOwner
        | Conflict::HasRole
        | Conflict::Immutable
        | Conflict::Referenced => "Not possible in the present state",
    }
}

#[cfg(test)]
mod tests;
