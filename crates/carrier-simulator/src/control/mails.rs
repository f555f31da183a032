//! `GET` and `POST /simulator/mails`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::json::{Command, answer};
use crate::control_error::ControlError;
use crate::mail::{PersonMail, receive_mail};
use crate::state::SimulatorState;

pub(super) async fn list(State(state): State<Arc<SimulatorState>>) -> Response {
    let records = state.mails.lock().to_vec();
    answer(StatusCode::OK, &records)
}

pub(super) async fn create(
    State(state): State<Arc<SimulatorState>>,
    Command(mail): Command<PersonMail>,
) -> Result<Response, ControlError> {
    let record = receive_mail(&state, mail).await?;
    Ok(answer(StatusCode::CREATED, &record))
}
