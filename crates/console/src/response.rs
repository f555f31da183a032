//! Answers of pages.

use askama::Template;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use parlor_kit::response;
use parlor_model::{Error, Result};

/// Renders a template as a page.
///
/// # Errors
/// `Internal` if the template fails.
pub(crate) fn html(status: StatusCode, template: &impl Template) -> Result<Response> {
    let text = template.render().map_err(Error::internal)?;
    let media_type = "text/html; charset=utf-8";
    Ok(response::from_bytes(status, media_type, text.into_bytes()))
}

/// Leads to another page of the console, with a GET.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = response::empty(StatusCode::SEE_OTHER);
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Returns a path of the console to which a request may lead, or its first page for any other text.
pub(crate) fn safe_path(text: &str) -> &str {
    let is_own = text.starts_with(crate::PATH)
        && !text.contains("..")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { text } else { crate::PATH }
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn sign_in_leads_to_pages_of_the_console_only() {
        assert_eq!(safe_path("/console/keys?x=1"), "/console/keys?x=1");
        for text in [
            "",
            "//evil.example",
            "https://evil.example/console/",
            "/docs",
            "/console/../docs",
            "/console/\\evil",
            "/console/a\r\nb",
        ] {
            assert_eq!(safe_path(text), "/console/", "{text:?}");
        }
    }
}
