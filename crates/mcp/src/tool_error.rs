//! Errors that a client's model reads.

use parlor_model::Error;
use parlor_model::error::{ErrorKind, ForbiddenReason};
use rmcp::model::CallToolResult;
use serde_json::json;

/// Returns the result of a call that has failed. A missing scope is named.
pub(crate) fn to_result(error: &Error) -> CallToolResult {
    record_internal(error);
    let mut body = json!({ "code": error_code(error.kind()), "message": error.kind().to_string() });
    if let ErrorKind::Forbidden(ForbiddenReason::MissingScope(scope)) = error.kind() {
        body["scope"] = json!(scope.to_string());
    }
    CallToolResult::structured_error(json!({ "error": body }))
}

/// Logs an error whose cause the caller is not told.
pub(crate) fn record_internal(error: &Error) {
    if matches!(error.kind(), ErrorKind::Internal) {
        tracing::error!(?error, "a tool failed");
    }
}

/// Returns the code of an error kind, by which a program can tell it from others.
fn error_code(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Malformed { .. }
        | ErrorKind::Invalid { .. }
        | ErrorKind::TooLarge { .. }
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::UnsupportedEncoding
        | ErrorKind::NotAcceptable
        | ErrorKind::MethodNotAllowed { .. } => "invalid_arguments",
        ErrorKind::Unauthenticated(_) => "unauthenticated",
        ErrorKind::Forbidden(_) => "forbidden",
        ErrorKind::NotFound(_) | ErrorKind::UnknownRoute => "not_found",
        ErrorKind::AlreadyExists { .. } | ErrorKind::Conflict(_) => "conflict",
        ErrorKind::RateLimited { .. } => "rate_limited",
        ErrorKind::NotImplemented { .. } => "not_available",
        ErrorKind::Unavailable | ErrorKind::Timeout => "unavailable",
        ErrorKind::Internal => "internal",
    }
}
