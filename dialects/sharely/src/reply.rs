//! Responses, with the header that names the API's version.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use parlor_kit::pieces::{self, Pieces};
use parlor_kit::reply;
use parlor_model::Result;
use serde::Serialize;

const VERSION: HeaderName = HeaderName::from_static("x-api-version");

/// Every response of the dialect says so, also those whose paths lack the version, as errors cannot know their path.
pub(crate) fn versioned(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(VERSION, HeaderValue::from_static("v1"));
    response
}

/// 200 with a JSON body.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// A JSON body.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    versioned(reply::json(status, value))
}

/// 200 with a JSON body whose list is sent while it is read. `envelope` is the answer with the list empty.
pub(crate) async fn pieces(envelope: &impl Serialize, pieces: impl Pieces) -> Result<Response> {
    pieces::answer(envelope, pieces).await.map(versioned)
}

/// 204.
pub(crate) fn nothing() -> Response {
    versioned(reply::status_only(StatusCode::NO_CONTENT))
}
