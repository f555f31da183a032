//! `/simulator/calls`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::json::{Command, answer};
use crate::call_handle::SayError;
use crate::control_error::ControlError;
use crate::state::SimulatorState;
use crate::voice::{PersonCall, receive_call};

/// Longest text that is said at once.
const MAX_CHARS: usize = 4_000;

/// What a person says on a call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SayCommand {
    text: String,
}

pub(super) async fn list(State(state): State<Arc<SimulatorState>>) -> Response {
    let records = state.calls.lock().to_vec();
    answer(StatusCode::OK, &records)
}

pub(super) async fn create(
    State(state): State<Arc<SimulatorState>>,
    Command(call): Command<PersonCall>,
) -> Result<Response, ControlError> {
    let record = receive_call(&state, call)?;
    Ok(answer(StatusCode::CREATED, &record))
}

pub(super) async fn fetch(
    State(state): State<Arc<SimulatorState>>,
    Path(call): Path<String>,
) -> Result<Response, ControlError> {
    let record = state.calls.lock().find(&call).cloned();
    let record = record.ok_or_else(|| ControlError::not_found("there is no such call"))?;
    Ok(answer(StatusCode::OK, &record))
}

pub(super) async fn say(
    State(state): State<Arc<SimulatorState>>,
    Path(call): Path<String>,
    Command(command): Command<SayCommand>,
) -> Result<Response, ControlError> {
    let chars = command.text.trim().chars().count();
    if !(1..=MAX_CHARS).contains(&chars) {
        let message = "`text` must have 1 to 4,000 characters";
        return Err(ControlError::invalid(message));
    }
    let said = state.registry.say(&call, command.text);
    said.map_err(|error| match error {
        SayError::NoCall => over(&state, &call),
        SayError::Full => ControlError::busy(),
    })?;
    Ok(answer(StatusCode::ACCEPTED, &json!({ "sid": call })))
}

pub(super) async fn hang_up(
    State(state): State<Arc<SimulatorState>>,
    Path(call): Path<String>,
) -> Result<Response, ControlError> {
    match state.registry.hang_up(&call) {
        true => Ok(answer(StatusCode::ACCEPTED, &json!({ "sid": call }))),
        false => Err(over(&state, &call)),
    }
}

fn over(state: &SimulatorState, call: &str) -> ControlError {
    match state.calls.lock().find(call) {
        Some(_) => ControlError::conflict("the call is over"),
        None => ControlError::not_found("there is no such call"),
    }
}
