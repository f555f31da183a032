//! Messages of the account.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::account::AccountRequest;
use super::{created, json, refusal, strip_json};
use crate::event_log::SimulatedChannel;
use crate::fault_plan::FaultSubject;
use crate::record::MessageRecord;
use crate::rest_error::RestError;
use crate::sms::{TextRequest, accept_text};
use crate::state::SimulatorState;
use crate::time_text::to_rfc2822;

/// Characters of one part of a long text.
const SEGMENT_CHARS: usize = 153;
/// Characters of a text that needs no parts.
const SINGLE_CHARS: usize = 160;

pub(super) async fn create(
    State(state): State<Arc<SimulatorState>>,
    request: AccountRequest,
) -> Response {
    let text = TextRequest {
        from: request.field("From"),
        to: request.field("To"),
        body: request.field("Body"),
        status_callback: request.field("StatusCallback"),
    };
    let fault = state.faults.request(FaultSubject::MessageRequest);
    if let Some(fault) = fault {
        publish(&state, &text, fault.as_str());
    }
    let accepted = match refusal(fault) {
        Some(error) => return error.into_response(),
        None => accept_text(&state, &text),
    };
    match accepted {
        Ok(record) => created(&render(&state, &record), fault),
        Err(error) => {
            publish(&state, &text, &error.code_text());
            error.into_response()
        }
    }
}

fn publish(state: &SimulatorState, text: &TextRequest<'_>, reason: &str) {
    let (from, to) = (text.from.unwrap_or_default(), text.to.unwrap_or_default());
    state.publish_refusal(SimulatedChannel::Sms, from, to, reason);
}

pub(super) async fn list(
    State(state): State<Arc<SimulatorState>>,
    _request: AccountRequest,
) -> Response {
    let records = state.messages.lock().to_vec();
    let messages: Vec<Value> = records
        .iter()
        .rev()
        .map(|record| render(&state, record))
        .collect();
    json(StatusCode::OK, &json!({ "messages": messages }))
}

pub(super) async fn fetch(
    State(state): State<Arc<SimulatorState>>,
    request: AccountRequest,
) -> Response {
    let sid = strip_json(request.path_part("message"));
    let record = state.messages.lock().find(sid).cloned();
    match record {
        Some(record) => json(StatusCode::OK, &render(&state, &record)),
        None => RestError::NOT_FOUND.into_response(),
    }
}

fn render(state: &SimulatorState, record: &MessageRecord) -> Value {
    let account = &state.options.credentials.account_sid;
    let uri = format!("/2010-04-01/Accounts/{account}/Messages/{}", record.sid);
    let chars = record.text.chars().count();
    let segments = match chars {
        0..=SINGLE_CHARS => 1,
        more => more.div_ceil(SEGMENT_CHARS),
    };
    let is_sent = !matches!(record.status, "queued" | "failed");
    json!({
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": record.text,
        "date_created": to_rfc2822(record.created_at),
        "date_sent": is_sent.then(|| to_rfc2822(record.updated_at)),
        "date_updated": to_rfc2822(record.updated_at),
        "direction": record.direction,
        "error_code": record.error_code,
        "error_message": null,
        "from": record.from,
        "messaging_service_sid": null,
        "num_media": "0",
        "num_segments": segments.to_string(),
        "price": null,
        "price_unit": "USD",
        "sid": record.sid,
        "status": record.status,
        "subresource_uris": { "media": format!("{uri}/Media.json") },
        "to": record.to,
        "uri": format!("{uri}.json"),
    })
}
