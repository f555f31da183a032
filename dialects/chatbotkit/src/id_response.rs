//! The response of most writes: the id of the written record.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::response;
use serde::Serialize;
use utoipa::ToSchema;

/// The id of what was made, changed or deleted.
#[derive(Serialize, ToSchema)]
#[schema(as = Done)]
pub(crate) struct IdResponse {
    /// Its id.
    id: String,
}

/// Returns the response with an id. Its status is 200 also for a new record.
pub(crate) fn id_response(id: String) -> Response {
    response::json(StatusCode::OK, &IdResponse { id })
}
