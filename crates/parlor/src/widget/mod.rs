//! Chat widget at `/widget`, which pages of other origins load: the script that `clients/typescript` builds, and a page
//! that shows it.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, REFERRER_POLICY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use parlor_kit::response;

/// Content security policy of the example: the strictest under which the widget works.
const EXAMPLE_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// How long a browser uses a file without asking for a newer one.
const CACHE_POLICY: &str = "public, max-age=300";

/// Lets a page with `Cross-Origin-Embedder-Policy: require-corp` load the widget.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Digest bytes in an entity tag.
const TAG_BYTES: usize = 12;

/// File of the widget.
struct WidgetFile {
    path: &'static str,
    media_type: &'static str,
    text: &'static str,
}

const FILES: [WidgetFile; 4] = [
    WidgetFile {
        path: "/widget/v1.js",
        media_type: "text/javascript; charset=utf-8",
        text: include_str!("../../../../clients/typescript/dist/widget.js"),
    },
    WidgetFile {
        path: "/widget/example",
        media_type: "text/html; charset=utf-8",
        text: include_str!("example.html"),
    },
    WidgetFile {
        path: "/widget/example.js",
        media_type: "text/javascript; charset=utf-8",
        text: include_str!("example.js"),
    },
    WidgetFile {
        path: "/widget/example.css",
        media_type: "text/css; charset=utf-8",
        text: include_str!("example.css"),
    },
];

/// Builds the routes of the widget.
pub(crate) fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    FILES.iter().fold(Router::new(), |router, file| {
        let tag = entity_tag(file.text);
        let handle = move |headers: HeaderMap| async move { respond(file, tag, &headers) };
        router.route(file.path, get(handle))
    })
}

/// Answers with a file, or 304 if the client has it.
fn respond(file: &WidgetFile, tag: Option<HeaderValue>, request: &HeaderMap) -> Response {
    let is_current = tag.is_some() && request.get(IF_NONE_MATCH) == tag.as_ref();
    let mut response = if is_current {
        response::empty(StatusCode::NOT_MODIFIED)
    } else {
        response::from_bytes(StatusCode::OK, file.media_type, file.text.into())
    };
    let headers = response.headers_mut();
    if let Some(tag) = tag {
        headers.insert(ETAG, tag);
    }
    let fixed = [
        (CACHE_CONTROL, CACHE_POLICY),
        (CONTENT_SECURITY_POLICY, EXAMPLE_CSP),
        (REFERRER_POLICY, "no-referrer"),
        (RESOURCE_POLICY, "cross-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Returns a tag that changes with the text.
fn entity_tag(text: &str) -> Option<HeaderValue> {
    let mut tag = "\"".to_owned();
    for byte in digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .take(TAG_BYTES)
    {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    HeaderValue::from_str(&tag).ok()
}
