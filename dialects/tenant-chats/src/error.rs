//! Renders errors with this dialect's statuses, codes and texts.

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_kit::request_body::WRONG_TYPE_PREFIX;
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error. Statuses are after the vendor's pages; the body's shape and the codes are this server's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorBody)]
pub(crate) struct ErrorResponse {
    /// A sentence.
    detail: String,
    /// A word for programs.
    error_code: &'static str,
    /// What is wrong with the request, on 400 only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One thing wrong with a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
struct FieldError {
    /// Where: `body`, `query` or `header`, and the field.
    loc: Vec<String>,
    /// The rule it breaks.
    msg: String,
    /// `missing`, `type_error`, `value_error` or `json_invalid`.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Names of query parameters; errors of other fields are located in the body.
const QUERY_FIELDS: &[&str] = &[
    "offset",
    "limit",
    "order",
    "after_seq",
    "before_seq",
    "force",
];

/// Renders an error as a response.
pub(crate) fn render(error: &Error) -> Response {
    let kind = error.kind();
    let (status, error_code) = status_and_code(kind);
    let body = ErrorResponse {
        detail: message(kind),
        error_code,
        errors: field_errors(kind),
    };
    let mut response = response::json(status, &body);
    let headers = response.headers_mut();
    match kind {
        ErrorKind::RateLimited { retry_after } => {
            let seconds = retry_after.as_millis().div_ceil(1_000).max(1);
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX)),
            );
        }
        ErrorKind::Unavailable => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        ErrorKind::MethodNotAllowed { allow } => {
            if let Ok(allow) = HeaderValue::from_str(allow) {
                headers.insert(ALLOW, allow);
            }
        }
        _ => {}
    }
    response
}

fn status_and_code(kind: &ErrorKind) -> (StatusCode, &'static str) {
    match kind {
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => {
            (StatusCode::BAD_REQUEST, "INVALID_REQUEST")
        }
        ErrorKind::Unauthenticated(credential) => (
            StatusCode::UNAUTHORIZED,
            match credential {
                CredentialReason::Key => "INVALID_API_KEY",
                CredentialReason::TokenMissing
                | CredentialReason::TokenInvalid
                | CredentialReason::TokenExpired
                | CredentialReason::TokenIssuer
                | CredentialReason::Impersonation
                | CredentialReason::RoleMissing => "INVALID_TOKEN",
            },
        ),
        ErrorKind::Forbidden(denied) => match denied {
            // Reported as unknown, so that the existence of other users' conversations is not revealed.
            ForbiddenReason::NotParticipant | ForbiddenReason::Left | ForbiddenReason::Removed => {
                (StatusCode::NOT_FOUND, "CHAT_NOT_FOUND")
            }
            ForbiddenReason::MissingScope(_)
            | ForbiddenReason::Organization
            | ForbiddenReason::Bound
            | ForbiddenReason::NotAdmin
            | ForbiddenReason::NotOwn
            | ForbiddenReason::InviteOnly
            | ForbiddenReason::Unbound
            | ForbiddenReason::Outranked => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        },
        ErrorKind::NotFound(entity) => (StatusCode::NOT_FOUND, not_found_code(*entity)),
        ErrorKind::AlreadyExists { .. } => (StatusCode::CONFLICT, "ALREADY_EXISTS"),
        ErrorKind::Conflict(conflict) => (
            StatusCode::CONFLICT,
            match conflict {
                ConflictReason::IdempotencyMismatch => "IDEMPOTENCY_CONFLICT",
                ConflictReason::InUse => "CHAT_IN_USE",
                ConflictReason::Closed => "CHAT_CLOSED",
                ConflictReason::WrongKind
                | ConflictReason::AlreadyParticipant
                | ConflictReason::IsOwner
                | ConflictReason::HasRole
                | ConflictReason::DefaultConversation
                | ConflictReason::Immutable
                | ConflictReason::Referenced
                | ConflictReason::NotReplayable => "CONFLICT",
            },
        ),
        ErrorKind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
        ErrorKind::UnsupportedMediaType | ErrorKind::UnsupportedEncoding => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
        }
        ErrorKind::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        ErrorKind::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"),
        ErrorKind::MethodNotAllowed { .. } => {
            (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED")
        }
        ErrorKind::UnknownRoute => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        ErrorKind::NotImplemented { .. } => (StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED"),
        ErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
    }
}

fn not_found_code(entity: EntityKind) -> &'static str {
    match entity {
        EntityKind::Conversation | EntityKind::Thread => "CHAT_NOT_FOUND",
        EntityKind::Member
        | EntityKind::Contact
        | EntityKind::Assistant
        | EntityKind::Participant => "USER_NOT_FOUND",
        EntityKind::Message => "MESSAGE_NOT_FOUND",
        EntityKind::Organization
        | EntityKind::Workspace
        | EntityKind::Space
        | EntityKind::Key
        | EntityKind::Role
        | EntityKind::Workflow
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
        | EntityKind::Delivery => "NOT_FOUND",
    }
}

/// Returns the error's text: the engine's, except where it must name a chat or a user.
fn message(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound(EntityKind::Conversation | EntityKind::Thread)
        | ErrorKind::Forbidden(
            ForbiddenReason::NotParticipant | ForbiddenReason::Left | ForbiddenReason::Removed,
        ) => "Chat not found".to_owned(),
        ErrorKind::NotFound(EntityKind::Member) => "User not found".to_owned(),
        ErrorKind::Unauthenticated(CredentialReason::Key) => {
            "Invalid or missing API key".to_owned()
        }
        ErrorKind::Conflict(ConflictReason::InUse) => {
            "The chat may have active connections".to_owned()
        }
        ErrorKind::Conflict(ConflictReason::Closed) => "The chat is closed".to_owned(),
        other => other.to_string(),
    }
}

fn field_errors(kind: &ErrorKind) -> Vec<FieldError> {
    match kind {
        ErrorKind::Malformed { message } => vec![FieldError {
            loc: vec!["body".to_owned()],
            msg: message.to_string(),
            kind: "json_invalid",
        }],
        ErrorKind::Invalid { field, rule } => {
            let location = if QUERY_FIELDS.contains(&field.as_ref()) {
                "query"
            } else if field == "Idempotency-Key" {
                "header"
            } else {
                "body"
            };
            vec![FieldError {
                loc: vec![location.to_owned(), field.to_string()],
                msg: rule.to_string(),
                kind: if rule == "is required" {
                    "missing"
                } else if rule.starts_with(WRONG_TYPE_PREFIX) {
                    "type_error"
                } else {
                    "value_error"
                },
            }]
        }
        _ => Vec::new(),
    }
}
