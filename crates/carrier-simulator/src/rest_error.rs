//! Errors of the carrier's API, with the carrier's own numbers.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

/// Seconds after which a request may be repeated.
const RETRY_AFTER_SECONDS: &str = "1";

/// An error of the carrier's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestError {
    status: StatusCode,
    code: u32,
    message: &'static str,
}

const fn bad_request(code: u32, message: &'static str) -> RestError {
    RestError {
        status: StatusCode::BAD_REQUEST,
        code,
        message,
    }
}

impl RestError {
    pub(crate) const UNAUTHENTICATED: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        code: 20_003,
        message: "Authenticate",
    };
    pub(crate) const NOT_FOUND: Self = Self {
        status: StatusCode::NOT_FOUND,
        code: 20_404,
        message: "The requested resource was not found",
    };
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: 20_004,
        message: "Method not allowed",
    };
    pub(crate) const TOO_MANY_REQUESTS: Self = Self {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: 20_429,
        message: "Too Many Requests",
    };
    pub(crate) const UNAVAILABLE: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: 20_503,
        message: "Service unavailable",
    };
    pub(crate) const BODY_TOO_LONG: Self = bad_request(21_617, "The message body is too long");
    pub(crate) const INVALID_BODY: Self = bad_request(20_001, "The body must be a form");
    pub(crate) const INVALID_CALLBACK: Self =
        bad_request(21_609, "The 'StatusCallback' URL is not one of the server");
    pub(crate) const INVALID_FROM: Self = bad_request(21_212, "The 'From' number is not valid");
    pub(crate) const INVALID_TO: Self = bad_request(21_211, "The 'To' number is not valid");
    pub(crate) const INVALID_URL: Self = bad_request(21_205, "The 'Url' is not one of the server");
    pub(crate) const MISSING_BODY: Self = bad_request(21_602, "Message body is required");
    pub(crate) const MISSING_FROM: Self = bad_request(21_603, "A 'From' number is required");
    pub(crate) const MISSING_TO: Self = bad_request(21_604, "A 'To' number is required");
    pub(crate) const OPTED_OUT: Self =
        bad_request(21_610, "Attempt to send to unsubscribed recipient");
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        let json = [(CONTENT_TYPE, "application/json")];
        let mut response = (self.status, json, body.to_string()).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Basic realm=\"simulator\"");
            headers.insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl RestError {
    /// Returns the carrier's number of the error, as a text.
    pub(crate) fn code_text(self) -> String {
        self.code.to_string()
    }
}
