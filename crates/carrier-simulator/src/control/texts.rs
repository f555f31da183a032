//! `GET /simulator/messages`, `POST /simulator/sms`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::json::{Command, answer};
use crate::control_error::ControlError;
use crate::sms::{PersonText, receive_text};
use crate::state::SimulatorState;

pub(super) async fn list(State(state): State<Arc<SimulatorState>>) -> Response {
    let records = state.messages.lock().to_vec();
    answer(StatusCode::OK, &records)
}

pub(super) async fn create(
    State(state): State<Arc<SimulatorState>>,
    Command(text): Command<PersonText>,
) -> Result<Response, ControlError> {
    let record = receive_text(&state, text).await?;
    Ok(answer(StatusCode::CREATED, &record))
}
