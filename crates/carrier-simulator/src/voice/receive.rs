//! A person calls a number of the server.

use std::sync::Arc;

use serde::Deserialize;

use super::conversation::{self, FirstDocument};
use super::report::CallReporter;
use super::status::CallParties;
use crate::control_error::ControlError;
use crate::destination::is_phone_number;
use crate::fault_plan::FaultSubject;
use crate::record::{CallRecord, Direction};
use crate::state::SimulatorState;

/// Texts that a person says at most.
const MAX_TEXTS: usize = 100;
/// Longest text.
const MAX_CHARS: usize = 4_000;

/// A call of a person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PersonCall {
    from: String,
    to: String,
    /// What the person says, each as soon as the server listens.
    #[serde(default)]
    says: Vec<String>,
    /// Whether the person hangs up after the answer to the last one. By default it does if it says something.
    #[serde(default)]
    hang_up: Option<bool>,
    #[serde(default)]
    workspace: Option<String>,
}

/// Begins a call.
///
/// # Errors
/// If the command is wrong, or too much is under way.
pub(crate) fn receive_call(
    state: &Arc<SimulatorState>,
    call: PersonCall,
) -> Result<CallRecord, ControlError> {
    let workspace = state.workspace(call.workspace.as_deref())?;
    if !is_phone_number(&call.from) || !is_phone_number(&call.to) {
        let message = "`from` and `to` must be numbers such as +15005550123";
        return Err(ControlError::invalid(message));
    }
    let is_long = |text: &String| text.chars().count() > MAX_CHARS;
    if call.says.len() > MAX_TEXTS || call.says.iter().any(is_long) {
        let message = "`says` must have 100 texts of 4,000 characters at most";
        return Err(ControlError::invalid(message));
    }
    if state.tasks.is_full() {
        return Err(ControlError::busy());
    }
    let hang_up = call.hang_up.unwrap_or(!call.says.is_empty());
    let parties = CallParties {
        sid: state.draw_id("CA"),
        direction: Direction::Inbound,
        from: call.from,
        to: call.to,
    };
    let record = parties.record(state, "ringing");
    let person = state.registry.insert(&parties.sid, call.says);
    let calls = state.server.url_of(&format!("/carriers/voice/{workspace}"));
    let fault = state.faults.reports(FaultSubject::CallReports);
    let events = vec!["completed".to_owned()];
    let mut reporter = CallReporter::new(format!("{calls}/status"), events, fault);
    let state = state.clone();
    state.clone().tasks.spawn(async move {
        let first = FirstDocument::new(format!("{calls}/calls"));
        let (mut texts, mut hung_up) = (person.texts, person.hung_up);
        parties.set_status(&state, "in-progress");
        let end = tokio::select! {
            end = conversation::follow(&state, &parties, first, &mut texts, hang_up) => end,
            // The registry holds the sender until the call is over.
            _ = hung_up.wait_for(|hung_up| *hung_up) => "completed",
        };
        state.registry.remove(&parties.sid);
        parties.set_status(&state, end);
        reporter.report(&state, &parties, end).await;
    });
    Ok(record)
}
