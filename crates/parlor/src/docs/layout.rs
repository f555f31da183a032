//! Common layout of the documentation pages.

use std::fmt::Write;

use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use parlor_kit::response;

use super::DialectDocument;
use super::page::PAGES;

/// Content security policy: allows only the own style sheet, no scripts.
const PAGE_CSP: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Builds a response with the headers of a page.
pub(super) fn response(media_type: &'static str, text: String) -> Response {
    let mut response = response::from_bytes(StatusCode::OK, media_type, text.into_bytes());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_CSP));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Renders a complete HTML page. `name` is the page that the navigation marks as current.
pub(super) fn render_layout(
    documents: &[DialectDocument],
    name: &str,
    title: &str,
    body: &str,
) -> String {
    let mut out = String::with_capacity(body.len() + 4_096);
    let version = env!("CARGO_PKG_VERSION");
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} - Parlor</title>\n<link rel=\"stylesheet\" href=\"/docs/style.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the page</a>\n\
         <nav aria-label=\"Pages\">\n<p class=\"name\">Parlor <small>{version}</small></p>\n<ul>\n",
        escape_html(title)
    );
    for page in PAGES {
        write_link(&mut out, page.name, page.title, name);
    }
    out.push_str("</ul>\n<p>APIs</p>\n<ul>\n");
    for document in documents {
        write_link(&mut out, document.name, document.title, name);
    }
    let _ = write!(
        out,
        "</ul>\n</nav>\n<main id=\"main\">\n{body}\n</main>\n</body>\n</html>\n"
    );
    out
}

fn write_link(out: &mut String, name: &str, title: &str, current: &str) {
    let current_marker = if name == current {
        " aria-current=\"page\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<li><a href=\"/docs/{name}\"{current_marker}>{}</a></li>",
        escape_html(title)
    );
}

/// Escapes text for HTML content and attributes.
pub(super) fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
