//! Calls of the account.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::account::AccountRequest;
use super::{created, json, refusal, strip_json};
use crate::event_log::SimulatedChannel;
use crate::fault_plan::FaultSubject;
use crate::record::CallRecord;
use crate::rest_error::RestError;
use crate::state::SimulatorState;
use crate::time_text::to_rfc2822;
use crate::voice::{CallRequest, accept_call};

pub(super) async fn create(
    State(state): State<Arc<SimulatorState>>,
    request: AccountRequest,
) -> Response {
    let fault = state.faults.request(FaultSubject::CallRequest);
    if let Some(fault) = fault {
        publish(&state, &request, fault.as_str());
    }
    if let Some(error) = refusal(fault) {
        return error.into_response();
    }
    let call = CallRequest {
        from: request.field("From"),
        to: request.field("To"),
        url: request.field("Url"),
        status_callback: request.field("StatusCallback"),
        status_events: request.fields("StatusCallbackEvent"),
    };
    match accept_call(&state, call) {
        Ok(record) => created(&render(&state, &record), fault),
        Err(error) => {
            publish(&state, &request, &error.code_text());
            error.into_response()
        }
    }
}

fn publish(state: &SimulatorState, request: &AccountRequest, reason: &str) {
    let party = |name| request.field(name).unwrap_or_default();
    let (from, to) = (party("From"), party("To"));
    state.publish_refusal(SimulatedChannel::Voice, from, to, reason);
}

pub(super) async fn list(
    State(state): State<Arc<SimulatorState>>,
    _request: AccountRequest,
) -> Response {
    let records = state.calls.lock().to_vec();
    let calls: Vec<Value> = records
        .iter()
        .rev()
        .map(|record| render(&state, record))
        .collect();
    json(StatusCode::OK, &json!({ "calls": calls }))
}

pub(super) async fn fetch(
    State(state): State<Arc<SimulatorState>>,
    request: AccountRequest,
) -> Response {
    respond(&state, strip_json(request.path_part("call")))
}

/// Ends a call, which is the only change that the simulator knows.
pub(super) async fn update(
    State(state): State<Arc<SimulatorState>>,
    request: AccountRequest,
) -> Response {
    let sid = strip_json(request.path_part("call"));
    if matches!(request.field("Status"), Some("completed" | "canceled")) {
        // A call that is over stays so.
        state.registry.hang_up(sid);
    }
    respond(&state, sid)
}

fn respond(state: &SimulatorState, sid: &str) -> Response {
    let record = state.calls.lock().find(sid).cloned();
    match record {
        Some(record) => json(StatusCode::OK, &render(state, &record)),
        None => RestError::NOT_FOUND.into_response(),
    }
}

fn render(state: &SimulatorState, record: &CallRecord) -> Value {
    let account = &state.options.credentials.account_sid;
    let uri = format!("/2010-04-01/Accounts/{account}/Calls/{}", record.sid);
    let updated = record
        .ended_at
        .or(record.answered_at)
        .unwrap_or(record.created_at);
    json!({
        "account_sid": account,
        "answered_by": record.answered_by,
        "api_version": "2010-04-01",
        "caller_name": null,
        "date_created": to_rfc2822(record.created_at),
        "date_updated": to_rfc2822(updated),
        "direction": record.direction,
        "duration": record.ended_at.map(|_| record.duration_seconds().to_string()),
        "end_time": record.ended_at.map(to_rfc2822),
        "forwarded_from": null,
        "from": record.from,
        "from_formatted": record.from,
        "group_sid": null,
        "parent_call_sid": null,
        "phone_number_sid": null,
        "price": null,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": record.sid,
        "start_time": record.answered_at.map(to_rfc2822),
        "status": record.status,
        "subresource_uris": { "recordings": format!("{uri}/Recordings.json") },
        "to": record.to,
        "to_formatted": record.to,
        "trunk_sid": null,
        "uri": format!("{uri}.json"),
    })
}
