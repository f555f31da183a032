//! `GET /simulator/events?after=SEQ&wait=SECONDS`: what has happened, and what happens next.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};

use super::json::answer;
use crate::control_error::ControlError;
use crate::state::SimulatorState;

/// Longest time for which a request waits, in seconds.
const MAX_WAIT_SECONDS: u64 = 60;

pub(super) async fn list(
    State(state): State<Arc<SimulatorState>>,
    uri: Uri,
) -> Result<Response, ControlError> {
    let (mut after, mut wait) = (0, 0);
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let number = value.parse::<u64>();
        let number =
            number.map_err(|_| ControlError::invalid(format!("`{name}` must be a number")))?;
        match &*name {
            "after" => after = number,
            "wait" => wait = number.min(MAX_WAIT_SECONDS),
            _ => return Err(ControlError::invalid("only `after` and `wait` are known")),
        }
    }
    let events = state
        .events
        .wait_after(after, Duration::from_secs(wait))
        .await;
    Ok(answer(StatusCode::OK, &events))
}
