//! Rendering of errors in the vendor's format.

use std::borrow::Cow;
use std::time::Duration;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_kit::{RequestMeta, response};
use parlor_model::Error;
use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::response::with_version_header;
use crate::{ErrorStyle, Settings};

/// An error, as the endpoint pages show it.
#[derive(Serialize, ToSchema)]
#[schema(as = Failure)]
pub(crate) struct ErrorResponse<'e> {
    /// What kind of error it is.
    error: &'e str,
    /// What is wrong.
    message: &'e str,
}

/// An error, as the newer page shows it: where the operator has set `error_style` to `errorId`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FailureWithId)]
pub(crate) struct ErrorIdResponse<'e> {
    /// What is wrong.
    error: &'e str,
    /// The request's id.
    #[schema(format = "uuid")]
    error_id: String,
}

/// Renders an error as a response, in the configured style.
pub(crate) fn render(error: &Error, meta: &RequestMeta) -> Response {
    let (status, error_name, message) = status_and_message(error.kind());
    let mut response = match meta.dialect_settings::<Settings>().error_style {
        ErrorStyle::Message => {
            let message = &message;
            response::json(
                status,
                &ErrorResponse {
                    error: error_name,
                    message,
                },
            )
        }
        ErrorStyle::ErrorId => {
            let error_id = meta.request_id.hyphenated().to_string();
            let error = &message;
            response::json(status, &ErrorIdResponse { error, error_id })
        }
    };
    let extra = match error.kind() {
        ErrorKind::MethodNotAllowed { allow } => {
            HeaderValue::from_str(allow).ok().map(|v| (ALLOW, v))
        }
        ErrorKind::RateLimited { retry_after } => {
            Some((RETRY_AFTER, retry_after_seconds(*retry_after)))
        }
        ErrorKind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    };
    if let Some((name, value)) = extra {
        response.headers_mut().insert(name, value);
    }
    with_version_header(response)
}

/// Returns the wait in whole seconds, rounded up, at least 1.
fn retry_after_seconds(wait: Duration) -> HeaderValue {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(seconds.max(1))
}

type ErrorParts = (StatusCode, &'static str, Cow<'static, str>);

fn status_and_message(kind: &ErrorKind) -> ErrorParts {
    let (status, error_name, text): (_, _, &'static str) = match kind {
        ErrorKind::Malformed { message } => {
            return (StatusCode::BAD_REQUEST, "Bad Request", message.clone());
        }
        ErrorKind::Invalid { field, rule } => {
            let text = format!("{field} {rule}");
            return (StatusCode::BAD_REQUEST, "Validation Error", text.into());
        }
        ErrorKind::Unauthenticated(reason) => (
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            match reason {
                CredentialReason::Key => "Invalid or expired API key",
                CredentialReason::TokenMissing
                | CredentialReason::TokenInvalid
                | CredentialReason::TokenExpired
                | CredentialReason::TokenIssuer
                | CredentialReason::Impersonation => "Invalid or missing access token",
                // The vendor's newest client recognizes this error by `roleId` or `RBAC` in the text.
                CredentialReason::RoleMissing => {
                    "A roleId is required: RBAC is active in this workspace"
                }
            },
        ),
        ErrorKind::Forbidden(reason) => {
            return (
                StatusCode::FORBIDDEN,
                "Forbidden",
                forbidden_message(reason),
            );
        }
        ErrorKind::NotFound(entity) => (StatusCode::NOT_FOUND, "Error", not_found_message(*entity)),
        ErrorKind::AlreadyExists {
            noun: EntityKind::Role,
            ..
        } => (
            StatusCode::CONFLICT,
            "Conflict",
            "customerRoleId already exists",
        ),
        ErrorKind::AlreadyExists { field, .. } => {
            let text = format!("{field} already exists");
            return (StatusCode::CONFLICT, "Conflict", text.into());
        }
        ErrorKind::Conflict(reason) => {
            (StatusCode::CONFLICT, "Conflict", conflict_message(*reason))
        }
        ErrorKind::TooLarge { limit } => {
            let text = format!("Request body exceeds {limit} bytes");
            return (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Payload Too Large",
                text.into(),
            );
        }
        ErrorKind::UnsupportedMediaType => (
            StatusCode::BAD_REQUEST,
            "Bad Request",
            "Content-Type must be application/json",
        ),
        ErrorKind::UnsupportedEncoding => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported Media Type",
            "The body must be sent without a Content-Encoding",
        ),
        ErrorKind::NotAcceptable => (
            StatusCode::NOT_ACCEPTABLE,
            "Not Acceptable",
            "Only application/json can be produced",
        ),
        ErrorKind::RateLimited { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too Many Requests",
            "Rate limit exceeded, try again later",
        ),
        ErrorKind::MethodNotAllowed { .. } => (
            StatusCode::METHOD_NOT_ALLOWED,
            "Method Not Allowed",
            "Method Not Allowed",
        ),
        ErrorKind::UnknownRoute => (StatusCode::NOT_FOUND, "Error", "Not found"),
        ErrorKind::NotImplemented { what } => {
            let text = format!("{what} is not available on this server");
            return (StatusCode::NOT_IMPLEMENTED, "Not Implemented", text.into());
        }
        ErrorKind::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Service Unavailable",
            "Temporarily unavailable, try again",
        ),
        ErrorKind::Timeout => (
            StatusCode::GATEWAY_TIMEOUT,
            "Gateway Timeout",
            "The request took too long",
        ),
        ErrorKind::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            "An unexpected error occurred",
        ),
    };
    (status, error_name, text.into())
}

fn forbidden_message(reason: &ForbiddenReason) -> Cow<'static, str> {
    match reason {
        ForbiddenReason::MissingScope(scope) => format!("Missing scope {scope}").into(),
        ForbiddenReason::Organization => "Organization does not own this workspace".into(),
        ForbiddenReason::Bound => "Token is not valid for this space".into(),
        ForbiddenReason::NotParticipant
        | ForbiddenReason::Left
        | ForbiddenReason::Removed
        | ForbiddenReason::NotAdmin
        | ForbiddenReason::NotOwn
        | ForbiddenReason::InviteOnly
        | ForbiddenReason::Unbound
        | ForbiddenReason::Outranked => "Not allowed".into(),
    }
}

fn not_found_message(entity: EntityKind) -> &'static str {
    match entity {
        EntityKind::Organization => "Organization not found",
        EntityKind::Workspace => "Workspace not found",
        EntityKind::Member
        | EntityKind::Assistant
        | EntityKind::Contact
        | EntityKind::Participant => "User not found",
        EntityKind::Space => "Space not found",
        EntityKind::Conversation => "Group not found",
        EntityKind::Thread => "Thread not found",
        EntityKind::Message => "Message not found",
        EntityKind::Key => "API key not found",
        EntityKind::Role => "Role not found",
        EntityKind::Workflow
        | EntityKind::WorkflowVersion
        | EntityKind::Assignment
        | EntityKind::Task
        | EntityKind::PhoneNumber
        | EntityKind::Inbox
        | EntityKind::Site
        | EntityKind::Label
        | EntityKind::Filter
        | EntityKind::EventRule
        | EntityKind::File
        | EntityKind::Delivery => "Not found",
    }
}

fn conflict_message(reason: ConflictReason) -> &'static str {
    match reason {
        ConflictReason::IdempotencyMismatch => {
            "The id or Idempotency-Key was already used with another request"
        }
        ConflictReason::DefaultConversation => "Default group cannot be deleted",
        ConflictReason::Closed => "Group is closed",
        ConflictReason::InUse
        | ConflictReason::WrongKind
        | ConflictReason::AlreadyParticipant
        | ConflictReason::IsOwner
        | ConflictReason::HasRole
        | ConflictReason::Immutable
        | ConflictReason::Referenced
        | ConflictReason::NotReplayable => "Not possible in the present state",
    }
}

#[cfg(test)]
mod tests;
