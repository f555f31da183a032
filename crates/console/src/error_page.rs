//! Errors of pages: a sentence, what to do about it, and the request's id.

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use parlor_kit::dialect::ErrorExtension;
use parlor_kit::{RequestMeta, response};
use parlor_model::Error;
use parlor_model::error::ErrorKind;

use crate::asset;
use crate::response::{html, see_other};
use crate::session_cookie::Theme;

/// Why a page is not shown.
#[derive(Clone)]
pub(crate) struct PageError {
    status: StatusCode,
    sentence: String,
    remedy: &'static str,
    /// Path to which the request leads instead.
    location: Option<String>,
    retry_after: Option<u64>,
    error: Option<Arc<Error>>,
}

#[derive(Template)]
#[template(path = "error_page.html")]
struct ErrorPage<'e> {
    assets: &'static str,
    theme: Option<Theme>,
    sentence: &'e str,
    remedy: &'static str,
    request: String,
    path: &'e str,
}

impl PageError {
    /// Creates an error with a sentence and a remedy.
    pub(crate) fn of_status(
        status: StatusCode,
        sentence: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        Self {
            status,
            sentence: sentence.into(),
            remedy,
            location: None,
            retry_after: None,
            error: None,
        }
    }

    /// Error for a request without a session. With a path it leads to the sign-in, which leads back there.
    pub(crate) fn signed_out(status: StatusCode, path: Option<&str>) -> Self {
        let location = path.map(|path| {
            let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("/console/sign-in?next={next}")
        });
        Self {
            location,
            ..Self::of_status(
                status,
                "You are signed out. Nothing was changed.",
                "Sign in and repeat what you did.",
            )
        }
    }

    /// Error for a host name that is not this server's.
    pub(crate) fn foreign_host() -> Self {
        Self::of_status(
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not have the name in the address.",
            "Open it as 127.0.0.1 or localhost, or set public_url to the name that it has.",
        )
    }

    /// Error for a form or a socket that no page of this server opens.
    pub(crate) fn foreign_origin() -> Self {
        Self::of_status(
            StatusCode::FORBIDDEN,
            "This was not sent by a page of this server. Nothing was changed.",
            "Open the console and repeat there what you did.",
        )
    }

    /// Error for a path that has no page.
    pub(crate) fn unknown_page() -> Self {
        Self::from(Error::new(ErrorKind::UnknownRoute))
    }

    /// Renders the page for a request. Called where the request's id is known.
    pub(crate) fn render(&self, meta: &RequestMeta, theme: Option<Theme>, path: &str) -> Response {
        let mut answer = match &self.location {
            Some(location) => see_other(location),
            None => {
                let page = ErrorPage {
                    assets: asset::base_path(),
                    theme,
                    sentence: &self.sentence,
                    remedy: self.remedy,
                    request: meta.request_id.hyphenated().to_string(),
                    path,
                };
                html(self.status, &page).unwrap_or_else(|_| response::empty(self.status))
            }
        };
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            answer.headers_mut().insert(RETRY_AFTER, value);
        }
        if let Some(error) = &self.error {
            let extension = ErrorExtension(error.clone());
            answer.extensions_mut().insert(extension);
        }
        answer
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        let (status, remedy) = match error.kind() {
            ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => (
                StatusCode::BAD_REQUEST,
                "Go back, correct it and send it again.",
            ),
            ErrorKind::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "Sign in again."),
            ErrorKind::Forbidden(_) => (
                StatusCode::FORBIDDEN,
                "Sign in with a key or as a member that may do it.",
            ),
            ErrorKind::NotFound(_) | ErrorKind::UnknownRoute => (
                StatusCode::NOT_FOUND,
                "It may have been deleted. Go back to the list.",
            ),
            ErrorKind::AlreadyExists { .. } | ErrorKind::Conflict(_) => (
                StatusCode::CONFLICT,
                "Open the page again: somebody may have changed it meanwhile.",
            ),
            ErrorKind::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "Send less at a time."),
            ErrorKind::UnsupportedMediaType | ErrorKind::UnsupportedEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the form of the page.",
            ),
            ErrorKind::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "Ask for HTML."),
            ErrorKind::RateLimited { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "Wait a minute and try again.",
            ),
            ErrorKind::MethodNotAllowed { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, "Use the page's own form.")
            }
            ErrorKind::NotImplemented { .. } => {
                (StatusCode::NOT_IMPLEMENTED, "This server does not have it.")
            }
            ErrorKind::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The server or its database is starting or stopping. Try again.",
            ),
            ErrorKind::Timeout => (StatusCode::SERVICE_UNAVAILABLE, "Try again."),
            ErrorKind::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Try again. The server's log has the cause under the request's id.",
            ),
        };
        let retry_after = match error.kind() {
            ErrorKind::RateLimited { retry_after } => Some(retry_after.as_secs_f64().ceil() as u64),
            _ => None,
        };
        Self {
            retry_after,
            error: Some(Arc::new(error)),
            ..Self::of_status(status, String::new(), remedy)
        }
        .with_own_sentence()
    }
}

impl PageError {
    /// Uses the public sentence of the error, which begins in lower case.
    fn with_own_sentence(mut self) -> Self {
        if let Some(error) = &self.error {
            let text = error.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(char::to_uppercase);
            let dot = if text.ends_with('.') { "" } else { "." };
            self.sentence = format!(
                "{}{}{dot}",
                first.map(String::from_iter).unwrap_or_default(),
                letters.as_str()
            );
        }
        self
    }
}

/// Leaves the page to [`crate::security::protect`], which knows the request.
impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut answer = response::empty(self.status);
        answer.extensions_mut().insert(self);
        answer
    }
}
