//! The answer of every call that changes something: the id of what it changed.

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

/// Always status 200, also for what is new.
pub(crate) fn id_response(id: String) -> Response {
    response::json(StatusCode::OK, &IdResponse { id })
}
