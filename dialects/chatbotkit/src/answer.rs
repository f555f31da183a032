//! The answer of every call that changes something: the id of what it changed.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::reply;
use serde::Serialize;
use utoipa::ToSchema;

/// The id of what was made, changed or deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    /// Its id.
    id: String,
}

/// Always status 200, also for what is new.
pub(crate) fn done(id: String) -> Response {
    reply::json(StatusCode::OK, &Done { id })
}
