//! The responses of most endpoints.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::response;
use serde::Serialize;

/// Builds a 200 response with a JSON body.
pub(crate) fn ok_json(body: &impl Serialize) -> Response {
    response::json(StatusCode::OK, body)
}

/// Builds a 204 response.
pub(crate) fn no_content() -> Response {
    response::empty(StatusCode::NO_CONTENT)
}
