//! Runs a placed call: it rings, somebody answers or not, and its end is reported.

use std::sync::Arc;

use super::conversation::{self, FirstDocument};
use super::report::CallReporter;
use super::status::CallParties;
use crate::call_handle::CallPerson;
use crate::destination::CallOutcome;
use crate::state::SimulatorState;

/// A call that was accepted.
pub(super) struct PlacedCall {
    pub(super) parties: CallParties,
    pub(super) first: FirstDocument,
    pub(super) reporter: Option<CallReporter>,
    pub(super) outcome: CallOutcome,
    pub(super) person: CallPerson,
}

/// Runs a call until its end.
pub(super) async fn run(state: Arc<SimulatorState>, mut call: PlacedCall) {
    let mut hung_up = call.person.hung_up.clone();
    let end = tokio::select! {
        end = ring_and_talk(&state, &mut call) => end,
        // The registry holds the sender until the call is over.
        _ = hung_up.wait_for(|hung_up| *hung_up) => "completed",
    };
    let was_answered = {
        let calls = state.calls.lock();
        calls
            .find(&call.parties.sid)
            .is_some_and(|record| record.answered_at.is_some())
    };
    let end = match end {
        "completed" if !was_answered => "canceled",
        other => other,
    };
    state.registry.remove(&call.parties.sid);
    call.parties.set_status(&state, end);
    if let Some(reporter) = &mut call.reporter {
        reporter.report(&state, &call.parties, end).await;
    }
}

async fn ring_and_talk(state: &SimulatorState, call: &mut PlacedCall) -> &'static str {
    report(state, call, "initiated").await;
    state.delay(None).await;
    call.parties.set_status(state, "ringing");
    report(state, call, "ringing").await;
    state.delay(None).await;
    let answered_by = match call.outcome {
        CallOutcome::Busy => return "busy",
        CallOutcome::NoAnswer => return "no-answer",
        CallOutcome::Failed | CallOutcome::Invalid => return "failed",
        CallOutcome::Person => "human",
        CallOutcome::Machine => "machine_start",
    };
    call.parties.set_status(state, "in-progress");
    call.parties.set_answered_by(state, answered_by);
    report(state, call, "in-progress").await;
    let mut first = call.first.clone();
    if call.outcome == CallOutcome::Machine {
        first.fields.push(("AnsweredBy", answered_by.to_owned()));
    }
    conversation::follow(state, &call.parties, first, &mut call.person.texts, false).await
}

async fn report(state: &SimulatorState, call: &mut PlacedCall, status: &'static str) {
    if let Some(reporter) = &mut call.reporter {
        reporter.report(state, &call.parties, status).await;
    }
}
