//! `GET /simulator`: what the simulator is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::json::answer;
use crate::state::SimulatorState;

pub(super) async fn show(State(state): State<Arc<SimulatorState>>) -> Response {
    let options = &state.options;
    let overview = json!({
        "name": "parlor simulator",
        "accountSid": options.credentials.account_sid,
        "server": options.connect_url,
        "workspace": state.workspace(None).ok(),
        "seed": options.seed,
        "faultRate": options.fault_rate,
        "delayMs": u64::try_from(options.delay.as_millis()).unwrap_or(u64::MAX),
        "messages": state.messages.lock().len(),
        "calls": state.calls.lock().len(),
        "mails": state.mails.lock().len(),
        "lastEvent": state.events.last(),
    });
    answer(StatusCode::OK, &overview)
}
