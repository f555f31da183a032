//! Errors in this vendor's words: `detail`, a `code`, and where fields are wrong, `errors`.

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use parlor_kit::reply;
use parlor_model::Error;
use parlor_model::error::{Conflict, Credential, Denied, Kind, Noun};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::question;

/// An error.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
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
pub(crate) struct FieldError {
    /// Where it is: `body` or `query`, then names and indexes.
    #[schema(value_type = Vec<Value>)]
    loc: Vec<Value>,
    /// The rule it breaks.
    msg: String,
    /// What kind of rule.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// The one place where errors become responses.
pub(crate) fn render(error: &Error) -> Response {
    let (status, code, detail) = words(error.kind());
    let scope = match error.kind() {
        Kind::Forbidden(Denied::MissingScope(scope)) => Some(spelled(*scope)),
        _ => None,
    };
    let body = ErrorBody {
        error: detail.clone(),
        detail,
        code,
        scope,
        errors: fields(error.kind()),
    };
    let mut response = reply::json(status, &body);
    let extra = match error.kind() {
        Kind::Unauthenticated(_) | Kind::Forbidden(Denied::Unbound) => {
            Some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
        }
        Kind::MethodNotAllowed { allow } => HeaderValue::from_str(allow).ok().map(|v| (ALLOW, v)),
        Kind::RateLimited { retry_after } => {
            let whole = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
            Some((RETRY_AFTER, HeaderValue::from(whole.max(1))))
        }
        Kind::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
        _ => None,
    };
    if let Some((name, value)) = extra {
        response.headers_mut().insert(name, value);
    }
    response
}

fn words(kind: &Kind) -> (StatusCode, &'static str, String) {
    use StatusCode as S;
    let (status, code, detail): (_, _, &str) = match kind {
        Kind::Malformed { message } => {
            return (S::BAD_REQUEST, "invalid_json", sentence(message));
        }
        Kind::Invalid { field, rule } => {
            let field = field.strip_prefix(question::PREFIX).unwrap_or(field);
            let detail = format!("{field} {rule}.");
            return (S::BAD_REQUEST, "invalid_request", detail);
        }
        Kind::Unauthenticated(credential) => (
            S::UNAUTHORIZED,
            "unauthenticated",
            match credential {
                Credential::TokenMissing => "A bearer token is required.",
                Credential::TokenExpired => "The token has expired.",
                Credential::Key
                | Credential::TokenInvalid
                | Credential::TokenIssuer
                | Credential::Impersonation
                | Credential::RoleMissing => "The token is not valid.",
            },
        ),
        Kind::Forbidden(Denied::MissingScope(scope)) => {
            let detail = format!("The scope {} is required.", spelled(*scope));
            return (S::FORBIDDEN, "missing_scope", detail);
        }
        // What only a member may asks for a member's session.
        Kind::Forbidden(denied @ Denied::Unbound) => {
            (S::UNAUTHORIZED, "unauthenticated", forbidden(denied))
        }
        Kind::Forbidden(denied) => (S::FORBIDDEN, "forbidden", forbidden(denied)),
        Kind::NotFound(noun) => {
            let detail = format!("No such {}.", named(*noun));
            return (S::NOT_FOUND, "not_found", detail);
        }
        Kind::AlreadyExists { noun, field } => {
            let detail = format!("The {field} is taken by another {}.", named(*noun));
            return (S::CONFLICT, "conflict", detail);
        }
        Kind::Conflict(Conflict::AlreadyParticipant) => (
            S::BAD_REQUEST,
            "participant_exists",
            "The member takes part already.",
        ),
        Kind::Conflict(conflict) => (S::CONFLICT, "conflict", standing(*conflict)),
        Kind::TooLarge { limit } => {
            let detail = format!("The request body exceeds {limit} bytes.");
            return (S::PAYLOAD_TOO_LARGE, "invalid_request", detail);
        }
        Kind::UnsupportedMediaType => (
            S::BAD_REQUEST,
            "invalid_request",
            "The Content-Type must be application/json.",
        ),
        Kind::UnsupportedEncoding => (
            S::UNSUPPORTED_MEDIA_TYPE,
            "invalid_request",
            "The body must be sent without a Content-Encoding.",
        ),
        Kind::NotAcceptable => (
            S::NOT_ACCEPTABLE,
            "invalid_request",
            "Only application/json can be produced.",
        ),
        Kind::RateLimited { .. } => (
            S::TOO_MANY_REQUESTS,
            "rate_limited",
            "Too many requests, try again later.",
        ),
        Kind::MethodNotAllowed { .. } => (
            S::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The method is not allowed here.",
        ),
        Kind::UnknownRoute => (S::NOT_FOUND, "not_found", "No such path."),
        Kind::NotImplemented { what } => {
            let detail = format!("This server has no {what}.");
            return (S::NOT_IMPLEMENTED, "not_implemented", detail);
        }
        Kind::Unavailable => (
            S::SERVICE_UNAVAILABLE,
            "unavailable",
            "Temporarily unavailable, try again.",
        ),
        Kind::Timeout => (S::GATEWAY_TIMEOUT, "timeout", "The request took too long."),
        Kind::Internal => (
            S::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on the server.",
        ),
    };
    (status, code, detail.to_owned())
}

fn forbidden(denied: &Denied) -> &'static str {
    match denied {
        Denied::MissingScope(_) => "A scope is missing.",
        Denied::Organization | Denied::Bound => "The token is not valid here.",
        Denied::NotParticipant => "This is not one of your chats.",
        Denied::Left => "You left this chat.",
        Denied::Removed => "You were removed from this chat.",
        Denied::NotAdmin => "Only the owner of the chat may do this.",
        Denied::NotOwn => "This is not yours.",
        Denied::InviteOnly => "Nobody joins this chat without being added.",
        Denied::Unbound => "The API key is bound to no member, and only a member may do this.",
        Denied::Outranked => "The member has a higher role in the workspace.",
    }
}

fn standing(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::IdempotencyMismatch => "The idempotency key came with another request before.",
        Conflict::InUse => "A live connection is open.",
        Conflict::Closed => "The chat is closed for good.",
        Conflict::WrongKind => "Chats of this type do not know this.",
        Conflict::AlreadyParticipant => "The member takes part already.",
        Conflict::IsOwner => "The owner of a chat is not removed from it.",
        Conflict::HasRole => "The member has a role in the workspace.",
        Conflict::DefaultConversation => "The default chat of a space cannot be deleted.",
        Conflict::Immutable => "A published version never changes.",
        Conflict::Referenced => "Something still refers to it.",
    }
}

/// What this vendor calls it.
fn named(noun: Noun) -> &'static str {
    match noun {
        Noun::Conversation | Noun::Thread => "chat",
        Noun::Assistant => "agent",
        other => other.word(),
    }
}

/// A scope in this vendor's words.
pub(crate) fn spelled(scope: Scope) -> String {
    let text = scope.to_string();
    match (scope.resource, text.split_once(':')) {
        (Resource::Conversations, Some((_, level))) => format!("chats:{level}"),
        _ => text,
    }
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn fields(kind: &Kind) -> Vec<FieldError> {
    match kind {
        Kind::Malformed { message } => vec![FieldError {
            loc: vec![json!("body")],
            msg: message.clone().into_owned(),
            kind: "json_invalid",
        }],
        Kind::Invalid { field, rule } => vec![FieldError {
            loc: place(field),
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

/// `participants[2].role` as a list of steps.
fn place(field: &str) -> Vec<Value> {
    let (root, rest) = match field.strip_prefix(question::PREFIX) {
        // A query parameter's name is one step, whatever it holds.
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
