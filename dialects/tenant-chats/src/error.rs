//! The one place where errors get this vendor's words.

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parlor_kit::body::WRONG_TYPE;
use parlor_kit::reply;
use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error. Statuses are after the vendor's pages; the body's shape and the codes are this server's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// A sentence.
    detail: String,
    /// A word for programs.
    error_code: &'static str,
    /// What is wrong with the request, on 400 only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

/// One thing wrong with a request.
#[derive(Debug, Serialize, ToSchema)]
struct Fault {
    /// Where: `body`, `query` or `header`, and the field.
    loc: Vec<String>,
    /// The rule it breaks.
    msg: String,
    /// `missing`, `type_error`, `value_error` or `json_invalid`.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Fields that stand in the query; everything else stands in the body.
const QUERY: &[&str] = &[
    "offset",
    "limit",
    "order",
    "after_seq",
    "before_seq",
    "force",
];

/// An error as this vendor answers it.
pub(crate) fn render(error: &Error) -> Response {
    let kind = error.kind();
    let (status, error_code) = word(kind);
    let body = ErrorBody {
        detail: detail(kind),
        error_code,
        errors: faults(kind),
    };
    let mut response = reply::json(status, &body);
    let headers = response.headers_mut();
    match kind {
        Kind::RateLimited { retry_after } => {
            let seconds = retry_after.as_millis().div_ceil(1_000).max(1);
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX)),
            );
        }
        Kind::Unavailable => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Kind::MethodNotAllowed { allow } => {
            if let Ok(allow) = HeaderValue::from_str(allow) {
                headers.insert(ALLOW, allow);
            }
        }
        _ => {}
    }
    response
}

fn word(kind: &Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::Malformed { .. } | Kind::Invalid { .. } => {
            (StatusCode::BAD_REQUEST, "INVALID_REQUEST")
        }
        Kind::Unauthenticated(credential) => (
            StatusCode::UNAUTHORIZED,
            match credential {
                Credential::Key => "INVALID_API_KEY",
                Credential::TokenMissing
                | Credential::TokenInvalid
                | Credential::TokenExpired
                | Credential::TokenIssuer
                | Credential::Impersonation
                | Credential::RoleMissing => "INVALID_TOKEN",
            },
        ),
        Kind::Forbidden(denied) => match denied {
            // That others talk to each other in private is not told.
            Denied::NotParticipant | Denied::Left | Denied::Removed => {
                (StatusCode::NOT_FOUND, "CHAT_NOT_FOUND")
            }
            Denied::MissingScope(_)
            | Denied::Organization
            | Denied::Bound
            | Denied::NotAdmin
            | Denied::NotOwn
            | Denied::InviteOnly
            | Denied::Unbound
            | Denied::Outranked => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        },
        Kind::NotFound(noun) => (StatusCode::NOT_FOUND, missing(*noun)),
        Kind::AlreadyExists { .. } => (StatusCode::CONFLICT, "ALREADY_EXISTS"),
        Kind::Conflict(conflict) => (
            StatusCode::CONFLICT,
            match conflict {
                Conflict::IdempotencyMismatch => "IDEMPOTENCY_CONFLICT",
                Conflict::InUse => "CHAT_IN_USE",
                Conflict::Closed => "CHAT_CLOSED",
                Conflict::WrongKind
                | Conflict::AlreadyParticipant
                | Conflict::IsOwner
                | Conflict::HasRole
                | Conflict::DefaultConversation
                | Conflict::Immutable
                | Conflict::Referenced => "CONFLICT",
            },
        ),
        Kind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
        Kind::UnsupportedMediaType | Kind::UnsupportedEncoding => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
        }
        Kind::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        Kind::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"),
        Kind::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        Kind::UnknownRoute => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        Kind::NotImplemented { .. } => (StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED"),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        Kind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"),
        Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
    }
}

fn missing(noun: Noun) -> &'static str {
    match noun {
        Noun::Conversation | Noun::Thread => "CHAT_NOT_FOUND",
        Noun::Member | Noun::Contact | Noun::Assistant | Noun::Participant => "USER_NOT_FOUND",
        Noun::Message => "MESSAGE_NOT_FOUND",
        Noun::Organization
        | Noun::Workspace
        | Noun::Space
        | Noun::Key
        | Noun::Role
        | Noun::Workflow
        | Noun::WorkflowVersion
        | Noun::Assignment
        | Noun::Task
        | Noun::PhoneNumber
        | Noun::Inbox
        | Noun::Site
        | Noun::Label
        | Noun::Filter
        | Noun::EventRule
        | Noun::File => "NOT_FOUND",
    }
}

/// The sentence: the core's, where it does not speak of what is called a chat and a user here.
fn detail(kind: &Kind) -> String {
    match kind {
        Kind::NotFound(Noun::Conversation | Noun::Thread)
        | Kind::Forbidden(Denied::NotParticipant | Denied::Left | Denied::Removed) => {
            "Chat not found".to_owned()
        }
        Kind::NotFound(Noun::Member) => "User not found".to_owned(),
        Kind::Unauthenticated(Credential::Key) => "Invalid or missing API key".to_owned(),
        Kind::Conflict(Conflict::InUse) => "The chat may have active connections".to_owned(),
        Kind::Conflict(Conflict::Closed) => "The chat is closed".to_owned(),
        other => other.to_string(),
    }
}

fn faults(kind: &Kind) -> Vec<Fault> {
    match kind {
        Kind::Malformed { message } => vec![Fault {
            loc: vec!["body".to_owned()],
            msg: message.to_string(),
            kind: "json_invalid",
        }],
        Kind::Invalid { field, rule } => {
            let place = if QUERY.contains(&field.as_ref()) {
                "query"
            } else if field == "Idempotency-Key" {
                "header"
            } else {
                "body"
            };
            vec![Fault {
                loc: vec![place.to_owned(), field.to_string()],
                msg: rule.to_string(),
                kind: if rule == "is required" {
                    "missing"
                } else if rule.starts_with(WRONG_TYPE) {
                    "type_error"
                } else {
                    "value_error"
                },
            }]
        }
        _ => Vec::new(),
    }
}
