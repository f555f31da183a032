//! Responses, with the header that names the API's version.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::reply;
use serde::Serialize;

const VERSION: HeaderName = HeaderName::from_static("x-api-version");

/// Every response of the dialect says so, also the two whose paths lack the version, as errors cannot know their path.
pub(crate) fn versioned(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(VERSION, HeaderValue::from_static("v1"));
    response
}

/// 200 with a JSON body.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    versioned(reply::json(StatusCode::OK, value))
}
