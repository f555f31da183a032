//! Responses with the `x-api-version` header.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::list_stream::{self, BatchSource};
use parlor_kit::response;
use parlor_model::Result;
use serde::Serialize;

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-api-version");

/// Adds the `x-api-version` header. Responses of unversioned paths have it too, since error rendering does not know the
/// path.
pub(crate) fn with_version_header(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(VERSION_HEADER, HeaderValue::from_static("v1"));
    response
}

/// Creates a 200 response with a JSON body.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// Creates a response with a JSON body.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    with_version_header(response::json(status, value))
}

/// Creates a 200 response with a JSON body whose list is streamed. `envelope` is the body with an empty list.
///
/// # Errors
/// Errors of the first batch, which is read before the status is sent.
pub(crate) async fn ok_streamed(
    envelope: &impl Serialize,
    batches: impl BatchSource,
) -> Result<Response> {
    list_stream::stream_list(envelope, batches)
        .await
        .map(with_version_header)
}

/// Creates a 204 response.
pub(crate) fn no_content() -> Response {
    with_version_header(response::empty(StatusCode::NO_CONTENT))
}
