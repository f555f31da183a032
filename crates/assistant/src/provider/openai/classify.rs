//! What an error of a server means, by its status and its body.

use reqwest::StatusCode;
use serde_json::Value;

use crate::provider::error::{ProviderError, ProviderErrorKind};

/// What a server says about its error.
#[derive(Debug, Default, PartialEq, Eq)]
struct ErrorBody {
    /// Code and type, in this order.
    codes: Vec<String>,
    message: String,
}

impl ErrorBody {
    /// Reads `{"error": {"message", "code", "type"}}`, `{"error": "…"}`, `{"message": …}`, `{"detail": …}`, and a list
    /// with one of them. Codes may be numbers.
    fn from_value(value: &Value) -> Self {
        let value = match value {
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            value => value,
        };
        let error = value
            .get("error")
            .filter(|error| !error.is_null())
            .unwrap_or(value);
        if let Value::String(message) = error {
            return Self {
                message: message.clone(),
                codes: Vec::new(),
            };
        }
        let text = |name: &str| match error.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        };
        Self {
            codes: [text("code"), text("type")].into_iter().flatten().collect(),
            message: text("message")
                .or_else(|| text("detail"))
                .unwrap_or_default(),
        }
    }
}

/// Converts an error in a stream.
pub(super) fn stream_error(error: &Value) -> ProviderError {
    error_from_body(None, &ErrorBody::from_value(error)).with_context("reading the response")
}

/// Converts a response with an error status.
pub(super) fn status_error(status: StatusCode, body: &[u8]) -> ProviderError {
    let body = match serde_json::from_slice::<Value>(body) {
        Ok(value) => ErrorBody::from_value(&value),
        Err(_) => ErrorBody {
            message: String::from_utf8_lossy(body).into_owned(),
            ..ErrorBody::default()
        },
    };
    error_from_body(Some(status), &body)
}

fn error_from_body(status: Option<StatusCode>, body: &ErrorBody) -> ProviderError {
    let code_status = body.codes.iter().find_map(|code| {
        let number: u16 = code.parse().ok()?;
        StatusCode::from_u16(number).ok()
    });
    let kind = body
        .codes
        .iter()
        .find_map(|code| kind_of_code(code))
        .or_else(|| status.or(code_status).map(kind_of_status))
        .unwrap_or(ProviderErrorKind::ServerError);
    let kind = match kind {
        ProviderErrorKind::BadRequest | ProviderErrorKind::ServerError
            if is_about_context_length(&body.message) =>
        {
            ProviderErrorKind::ContextTooLong
        }
        kind => kind,
    };
    ProviderError {
        status: status.map(|status| status.as_u16()),
        ..ProviderError::new(kind)
    }
    .with_message(body.message.clone())
}

/// Codes that say more than the status. They are those of OpenAI, Azure, llama.cpp and Anthropic.
fn kind_of_code(code: &str) -> Option<ProviderErrorKind> {
    Some(match code {
        "context_length_exceeded" | "exceed_context_size_error" => {
            ProviderErrorKind::ContextTooLong
        }
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_error" => {
            ProviderErrorKind::QuotaExhausted
        }
        "content_filter" | "content_policy_violation" | "ResponsibleAIPolicyViolation" => {
            ProviderErrorKind::ContentFiltered
        }
        "invalid_api_key" | "authentication_error" => ProviderErrorKind::Unauthorized,
        "model_not_found" => ProviderErrorKind::NotFound,
        "rate_limit_exceeded" | "rate_limit_error" => ProviderErrorKind::RateLimited,
        "overloaded_error" | "unavailable_error" => ProviderErrorKind::Overloaded,
        _ => return None,
    })
}

fn kind_of_status(status: StatusCode) -> ProviderErrorKind {
    match status.as_u16() {
        401 => ProviderErrorKind::Unauthorized,
        402 => ProviderErrorKind::QuotaExhausted,
        403 => ProviderErrorKind::Forbidden,
        404 => ProviderErrorKind::NotFound,
        408 => ProviderErrorKind::TimedOut,
        413 => ProviderErrorKind::ContextTooLong,
        429 => ProviderErrorKind::RateLimited,
        409 | 425 | 503 | 529 => ProviderErrorKind::Overloaded,
        405 | 100..400 => ProviderErrorKind::UnexpectedResponse,
        400..500 => ProviderErrorKind::BadRequest,
        _ => ProviderErrorKind::ServerError,
    }
}

/// Returns whether a message says that the prompt is too long. Not every server has a code for that.
fn is_about_context_length(message: &str) -> bool {
    let message = message.to_lowercase();
    [
        "context length",
        "context window",
        "context size",
        "prompt is too long",
        "maximum context",
    ]
    .iter()
    .any(|phrase| message.contains(phrase))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(status: u16, body: &Value) -> ProviderErrorKind {
        let status = StatusCode::from_u16(status).unwrap();
        status_error(status, &serde_json::to_vec(body).unwrap()).kind
    }

    #[test]
    fn kind_follows_the_status() {
        for (status, expected) in [
            (302, ProviderErrorKind::UnexpectedResponse),
            (400, ProviderErrorKind::BadRequest),
            (401, ProviderErrorKind::Unauthorized),
            (403, ProviderErrorKind::Forbidden),
            (404, ProviderErrorKind::NotFound),
            (422, ProviderErrorKind::BadRequest),
            (429, ProviderErrorKind::RateLimited),
            (500, ProviderErrorKind::ServerError),
            (503, ProviderErrorKind::Overloaded),
            (529, ProviderErrorKind::Overloaded),
        ] {
            assert_eq!(kind(status, &json!({})), expected, "{status}");
        }
    }

    #[test]
    fn code_says_more_than_the_status() {
        for (status, body, expected) in [
            (
                429,
                json!({ "error": { "code": "insufficient_quota", "message": "m" } }),
                ProviderErrorKind::QuotaExhausted,
            ),
            (
                400,
                json!({ "error": { "code": 400, "type": "exceed_context_size_error" } }),
                ProviderErrorKind::ContextTooLong,
            ),
            (
                400,
                json!({ "object": "error", "code": 400, "message": "This model's maximum context length is 4096 tokens" }),
                ProviderErrorKind::ContextTooLong,
            ),
            (
                400,
                json!([{ "error": { "code": 400, "message": "m" } }]),
                ProviderErrorKind::BadRequest,
            ),
            (
                404,
                json!({ "detail": "Not Found" }),
                ProviderErrorKind::NotFound,
            ),
        ] {
            assert_eq!(kind(status, &body), expected, "{body}");
        }
    }

    #[test]
    fn error_in_a_stream_may_have_its_status_as_code() {
        for (error, expected) in [
            (
                json!({ "code": 429, "message": "m" }),
                ProviderErrorKind::RateLimited,
            ),
            (
                json!({ "code": "502", "message": "m" }),
                ProviderErrorKind::ServerError,
            ),
            (json!("it broke"), ProviderErrorKind::ServerError),
            (
                json!({ "type": "overloaded_error" }),
                ProviderErrorKind::Overloaded,
            ),
            (json!({ "code": 99999 }), ProviderErrorKind::ServerError),
        ] {
            assert_eq!(stream_error(&error).kind, expected, "{error}");
        }
    }

    #[test]
    fn message_is_kept_for_the_operator() {
        let error = status_error(StatusCode::BAD_GATEWAY, b"upstream down");
        assert_eq!(error.message.0, "upstream down");
        assert_eq!(error.status, Some(502));
    }
}
