//! Accepts a text message of the server.

use std::sync::Arc;

use super::lifecycle::{self, TextPlan};
use crate::destination::{TextOutcome, is_phone_number};
use crate::event_log::SimulatedChannel;
use crate::record::{Direction, MessageRecord};
use crate::rest_error::RestError;
use crate::state::{EventDetails, SimulatorState};

/// Longest text.
const MAX_CHARS: usize = 1_600;

/// A text message that the server wants to be sent.
pub(crate) struct TextRequest<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    pub(crate) body: Option<&'a str>,
    /// Where to report what becomes of it.
    pub(crate) status_callback: Option<&'a str>,
}

/// Accepts a message, and begins to deliver it.
///
/// # Errors
/// The carrier's own errors.
pub(crate) fn accept_text(
    state: &Arc<SimulatorState>,
    request: &TextRequest<'_>,
) -> Result<MessageRecord, RestError> {
    let to = request.to.ok_or(RestError::MISSING_TO)?;
    let from = request.from.ok_or(RestError::MISSING_FROM)?;
    let text = request.body.filter(|body| !body.is_empty());
    let text = text.ok_or(RestError::MISSING_BODY)?;
    if !is_phone_number(from) {
        return Err(RestError::INVALID_FROM);
    }
    let outcome = TextOutcome::for_number(to);
    if !is_phone_number(to) || outcome == TextOutcome::Invalid {
        return Err(RestError::INVALID_TO);
    }
    if text.chars().count() > MAX_CHARS {
        return Err(RestError::BODY_TOO_LONG);
    }
    if state.is_opted_out(to, from) {
        return Err(RestError::OPTED_OUT);
    }
    let foreign = |url: &&str| !state.server.is_of_server(url);
    if request.status_callback.as_ref().is_some_and(foreign) {
        return Err(RestError::INVALID_CALLBACK);
    }
    if state.tasks.is_full() {
        return Err(RestError::TOO_MANY_REQUESTS);
    }
    let now = state.now();
    let record = MessageRecord {
        sid: state.draw_id("SM"),
        direction: Direction::OutboundApi,
        from: from.to_owned(),
        to: to.to_owned(),
        text: text.to_owned(),
        status: "queued",
        error_code: None,
        created_at: now,
        updated_at: now,
    };
    state.messages.lock().push(record.clone());
    let details = EventDetails {
        id: &record.sid,
        from,
        to,
        status: Some("queued"),
        text: Some(text),
    };
    state.publish(SimulatedChannel::Sms, "accepted", &details);
    let plan = TextPlan::new(state, outcome);
    let callback = request.status_callback.map(str::to_owned);
    let delivery = lifecycle::deliver(state.clone(), record.clone(), plan, callback);
    state.tasks.spawn(delivery);
    Ok(record)
}
