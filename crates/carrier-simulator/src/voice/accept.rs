//! Accepts a call of the server.

use std::sync::Arc;

use super::conversation::FirstDocument;
use super::report::CallReporter;
use super::ring::{self, PlacedCall};
use super::status::CallParties;
use crate::destination::{CallOutcome, is_phone_number};
use crate::fault_plan::FaultSubject;
use crate::record::{CallRecord, Direction};
use crate::rest_error::RestError;
use crate::state::SimulatorState;

/// A call that the server wants to be placed.
pub(crate) struct CallRequest<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    /// Where to ask what to say.
    pub(crate) url: Option<&'a str>,
    pub(crate) status_callback: Option<&'a str>,
    /// States that are to be reported.
    pub(crate) status_events: Vec<String>,
}

/// Accepts a call, and begins to ring.
///
/// # Errors
/// The carrier's own errors.
pub(crate) fn accept_call(
    state: &Arc<SimulatorState>,
    request: CallRequest<'_>,
) -> Result<CallRecord, RestError> {
    let to = request.to.ok_or(RestError::MISSING_TO)?;
    let from = request.from.ok_or(RestError::MISSING_FROM)?;
    if !is_phone_number(from) {
        return Err(RestError::INVALID_FROM);
    }
    let outcome = CallOutcome::for_number(to);
    if !is_phone_number(to) || outcome == CallOutcome::Invalid {
        return Err(RestError::INVALID_TO);
    }
    let url = request.url.filter(|url| state.server.is_of_server(url));
    let url = url.ok_or(RestError::INVALID_URL)?.to_owned();
    let callback = request.status_callback;
    if callback.is_some_and(|url| !state.server.is_of_server(url)) {
        return Err(RestError::INVALID_CALLBACK);
    }
    if state.tasks.is_full() {
        return Err(RestError::TOO_MANY_REQUESTS);
    }
    let parties = CallParties {
        sid: state.draw_id("CA"),
        direction: Direction::OutboundApi,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let events = match request.status_events.is_empty() {
        true => vec!["completed".to_owned()],
        false => request.status_events,
    };
    let fault = state.faults.reports(FaultSubject::CallReports);
    let record = parties.record(state, "queued");
    let call = PlacedCall {
        first: FirstDocument::new(url),
        reporter: callback.map(|url| CallReporter::new(url.to_owned(), events, fault)),
        outcome: draw_outcome(state, outcome),
        person: state.registry.insert(&parties.sid, Vec::new()),
        parties,
    };
    state.tasks.spawn(ring::run(state.clone(), call));
    Ok(record)
}

fn draw_outcome(state: &SimulatorState, outcome: CallOutcome) -> CallOutcome {
    let faults = [
        CallOutcome::Busy,
        CallOutcome::NoAnswer,
        CallOutcome::Machine,
        CallOutcome::Failed,
    ];
    let drawn = state.faults.choose(FaultSubject::CallOutcome, &faults);
    match outcome {
        CallOutcome::Person => drawn.unwrap_or(outcome),
        other => other,
    }
}
