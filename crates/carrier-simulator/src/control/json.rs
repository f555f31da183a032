//! Bodies of commands and answers.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::control_error::ControlError;
use crate::state::SimulatorState;

/// Longest body.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Body of a command.
pub(super) struct Command<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<SimulatorState>> for Command<T> {
    type Rejection = ControlError;

    async fn from_request(
        request: Request,
        _state: &Arc<SimulatorState>,
    ) -> Result<Self, ControlError> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        // A page may send other types to another host without being asked.
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(ControlError::media_type());
        }
        let body = to_bytes(request.into_body(), MAX_BODY_BYTES).await;
        let body = body.map_err(|_| ControlError::invalid("the body is too long"))?;
        let command = serde_json::from_slice(&body);
        command
            .map(Self)
            .map_err(|error| ControlError::invalid(error.to_string()))
    }
}

/// Answers with a value.
pub(super) fn answer(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(body) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => ControlError::server(error.to_string()).into_response(),
    }
}
