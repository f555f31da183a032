//! Responses, with the header that names the API's version.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::list_stream::{self, BatchSource};
use parlor_kit::response;
use parlor_model::Result;
use serde::Serialize;

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-api-version");

/// Every response of the dialect says so, also those whose paths lack the version, as errors cannot know their path.
pub(crate) fn with_version_header(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(VERSION_HEADER, HeaderValue::from_static("v1"));
    response
}

/// 200 with a JSON body.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// A JSON body.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    with_version_header(response::json(status, value))
}

/// 200 with a JSON body whose list is sent while it is read. `envelope` is the answer with the list empty.
pub(crate) async fn ok_streamed(
    envelope: &impl Serialize,
    pieces: impl BatchSource,
) -> Result<Response> {
    list_stream::stream_list(envelope, pieces)
        .await
        .map(with_version_header)
}

/// 204.
pub(crate) fn no_content() -> Response {
    with_version_header(response::empty(StatusCode::NO_CONTENT))
}
