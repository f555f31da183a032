//! Renders errors: `detail`, a `code`, and under status 400 `errors` with the fields.

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use parlor_kit::response;
use parlor_model::Error;
use parlor_model::error::{
    ConflictReason, CredentialReason, EntityKind, ErrorKind, ForbiddenReason,
};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::query;

mod answer;

pub(crate) use answer::{completion_error, disconnect_code};

/// An error.
#[derive(Serialize, ToSchema)]
#[schema(as = ErrorBody)]
pub(crate) struct ErrorResponse {
    /// What is wrong, as a sentence.
    detail: String,
    /// The same, for clients that read it there.
    error: String,
    /// What kind of error it is.
    code: &'static str,
    /// The scope that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The fields that are wrong, under status 400.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
struct FieldError {
    /// Where it is: `body` or `query`, then names and indexes.
    #[schema(value_type = Vec<Value>)]
    loc: Vec<Value>,
    /// The rule it breaks.
    msg: String,
    /// What kind of rule.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Renders an error as a response. Every error of the dialect passes here.
pub(crate) fn render(error: &Error) -> Response {
    let (status, code, detail) = status_and_message(error.kind());
    let scope = match error.kind() {
        ErrorKind::Forbidden(ForbiddenReason::MissingScope(scope)) => Some(scope_name(*scope)),
        _ => None,
    };
    let body = ErrorResponse {
        error: detail.clone(),
        detail,
        code,
        scope,
        errors: field_errors(error.kind()),
    };
    let mut response = response::json(status, &body);
    let extra = match error.kind() {
        ErrorKind::Unauthenticated(_) | ErrorKind::Forbidden(ForbiddenReason::Unbound) => {
            Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
        }
        ErrorKind::MethodNotAllowed { allow } => {
            HeaderValue::from_str(allow).ok().map(|v| (ALLOW, v))
        }
        ErrorKind::RateLimited { retry_after } => {
            let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
            Some((RETRY_AFTER, HeaderValue::from(seconds.max(1))))
        }
        ErrorKind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    };
    if let Some((name, value)) = extra {
        response.headers_mut().insert(name, value);
    }
    response
}

fn status_and_message(kind: &ErrorKind) -> (StatusCode, &'static str, String) {
    use StatusCode as S;
    let (status, code, detail): (_, _, &str) = match kind {
        ErrorKind::Malformed { message } => {
            return (S::BAD_REQUEST, "invalid_json", to_sentence(message));
        }
        ErrorKind::Invalid { field, rule } => {
            let field = field
                .strip_prefix(query::QUERY_FIELD_PREFIX)
                .unwrap_or(field);
            let detail = format!("{field} {rule}.");
            return (S::BAD_REQUEST, "invalid_request", detail);
        }
        ErrorKind::Unauthenticated(reason) => (
            S::UNAUTHORIZED,
            "unauthenticated",
            match reason {
                CredentialReason::TokenMissing => "A bearer token is required.",
                CredentialReason::TokenExpired => "The token has expired.",
                CredentialReason::Key
                | CredentialReason::TokenInvalid
                | CredentialReason::TokenIssuer
                | CredentialReason::Impersonation
                | CredentialReason::RoleMissing => "The token is not valid.",
            },
        ),
        ErrorKind::Forbidden(ForbiddenReason::MissingScope(scope)) => {
            let detail = format!("The scope {} is required.", scope_name(*scope));
            return (S::FORBIDDEN, "missing_scope", detail);
        }
        // An unbound key needs a member's session here, hence 401 and not 403.
        ErrorKind::Forbidden(reason @ ForbiddenReason::Unbound) => (
            S::UNAUTHORIZED,
            "unauthenticated",
            forbidden_message(reason),
        ),
        ErrorKind::Forbidden(reason) => (S::FORBIDDEN, "forbidden", forbidden_message(reason)),
        ErrorKind::NotFound(entity) => {
            let detail = format!("No such {}.", entity_name(*entity));
            return (S::NOT_FOUND, "not_found", detail);
        }
        ErrorKind::AlreadyExists { noun, field } => {
            let detail = format!("The {field} is taken by another {}.", entity_name(*noun));
            return (S::CONFLICT, "conflict", detail);
        }
        ErrorKind::Conflict(ConflictReason::AlreadyParticipant) => (
            S::BAD_REQUEST,
            "participant_exists",
            "The member takes part already.",
        ),
        ErrorKind::Conflict(reason) => (S::CONFLICT, "conflict", conflict_message(*reason)),
        ErrorKind::TooLarge { limit } => {
            let detail = format!("The request body exceeds {limit} bytes.");
            return (S::PAYLOAD_TOO_LARGE, "invalid_request", detail);
        }
        ErrorKind::UnsupportedMediaType => (
            S::BAD_REQUEST,
            "invalid_request",
            "The Content-Type must be application/json.",
        ),
        ErrorKind::UnsupportedEncoding => (
            S::UNSUPPORTED_MEDIA_TYPE,
            "invalid_request",
            "The body must be sent without a Content-Encoding.",
        ),
        ErrorKind::NotAcceptable => (
            S::NOT_ACCEPTABLE,
            "invalid_request",
            "Only application/json can be produced.",
        ),
        ErrorKind::RateLimited { .. } => (
            S::TOO_MANY_REQUESTS,
            "rate_limited",
            "Too many requests, try again later.",
        ),
        ErrorKind::MethodNotAllowed { .. } => (
            S::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The method is not allowed here.",
        ),
        ErrorKind::UnknownRoute => (S::NOT_FOUND, "not_found", "No such path."),
        ErrorKind::NotImplemented { what } => {
            let detail = format!("This server has no {what}.");
            return (S::NOT_IMPLEMENTED, "not_implemented", detail);
        }
        ErrorKind::Unavailable => (
            S::SERVICE_UNAVAILABLE,
            "unavailable",
            "Temporarily unavailable, try again.",
        ),
        ErrorKind::Timeout => (S::GATEWAY_TIMEOUT, "timeout", "The request took too long."),
        ErrorKind::Internal => (
            S::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on the server.",
        ),
    };
    (status, code, detail.to_owned())
}

fn forbidden_message(reason: &ForbiddenReason) -> &'static str {
    match reason {
        ForbiddenReason::MissingScope(_) => "A scope is missing.",
        ForbiddenReason::Organization | ForbiddenReason::Bound => "The token is not valid here.",
        ForbiddenReason::NotParticipant => "This is not one of your chats.",
        ForbiddenReason::Left => "You left this chat.",
        ForbiddenReason::Removed => "You were removed from this chat.",
        ForbiddenReason::NotAdmin => "Only the owner of the chat may do this.",
        ForbiddenReason::NotOwn => "This is not yours.",
        ForbiddenReason::InviteOnly => "Nobody joins this chat without being added.",
        ForbiddenReason::Unbound => {
            "The API key is bound to no member, and only a member may do this."
        }
        ForbiddenReason::Outranked => "The member has a higher role in the workspace.",
    }
}

fn conflict_message(reason: ConflictReason) -> &'static str {
    match reason {
        ConflictReason::IdempotencyMismatch => {
            "The idempotency key came with another request before."
        }
        ConflictReason::InUse => "A live connection is open.",
        ConflictReason::Closed => "The chat is closed for good.",
        ConflictReason::WrongKind => "Chats of this type do not know this.",
        ConflictReason::AlreadyParticipant => "The member takes part already.",
        ConflictReason::IsOwner => "The owner of a chat is not removed from it.",
        ConflictReason::HasRole => "The member has a role in the workspace.",
        ConflictReason::DefaultConversation => "The default chat of a space cannot be deleted.",
        ConflictReason::Immutable => "A published version never changes.",
        ConflictReason::Referenced => "Something still refers to it.",
        ConflictReason::NotReplayable => "Its rule is switched off.",
    }
}

/// Returns the vendor's name of an entity.
fn entity_name(entity: EntityKind) -> &'static str {
    match entity {
        EntityKind::Conversation | EntityKind::Thread => "chat",
        EntityKind::Assistant => "agent",
        other => other.as_str(),
    }
}

/// Returns the vendor's name of a scope: `chats` for conversations.
pub(crate) fn scope_name(scope: Scope) -> String {
    let text = scope.to_string();
    match (scope.resource, text.split_once(':')) {
        (Resource::Conversations, Some((_, level))) => format!("chats:{level}"),
        _ => text,
    }
}

fn to_sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), chars.as_str())
}

fn field_errors(kind: &ErrorKind) -> Vec<FieldError> {
    match kind {
        ErrorKind::Malformed { message } => vec![FieldError {
            loc: vec![json!("body")],
            msg: message.clone().into_owned(),
            kind: "json_invalid",
        }],
        ErrorKind::Invalid { field, rule } => vec![FieldError {
            loc: field_path(field),
            msg: rule.clone().into_owned(),
            kind: if rule == "is required" {
                "missing"
            } else {
                "value_error"
            },
        }],
        _ => Vec::new(),
    }
}

/// Splits a field such as `participants[2].role` into its steps, after `body` or `query`.
fn field_path(field: &str) -> Vec<Value> {
    let (root, rest) = match field.strip_prefix(query::QUERY_FIELD_PREFIX) {
        // A query parameter's name is one step, also with dots and brackets.
        Some(name) => return vec![json!("query"), json!(name)],
        None => ("body", field),
    };
    let steps = rest
        .split(['.', '[', ']'])
        .filter(|step| !step.is_empty())
        .map(|step| match step.parse::<u64>() {
            Ok(index) => json!(index),
            Err(_) => json!(step),
        });
    std::iter::once(json!(root)).chain(steps).collect()
}

#[cfg(test)]
mod tests;
