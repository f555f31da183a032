//! Reports about the state of a call.

use super::status::CallParties;
use crate::fault_plan::ReportFault;
use crate::record::CallRecord;
use crate::state::SimulatorState;

/// States that are reported of a placed call, by the event that asks for them.
const EVENTS: [(&str, &str); 3] = [
    ("initiated", "initiated"),
    ("ringing", "ringing"),
    ("in-progress", "answered"),
];

/// Reports the states of a call.
pub(super) struct CallReporter {
    url: String,
    /// Events that the server has asked for; `completed` stands for every end.
    events: Vec<String>,
    fault: Option<ReportFault>,
    /// A report that comes after the next one.
    held: Option<(u32, &'static str)>,
    count: u32,
}

impl CallReporter {
    pub(super) fn new(url: String, events: Vec<String>, fault: Option<ReportFault>) -> Self {
        Self {
            url,
            events,
            fault,
            held: None,
            count: 0,
        }
    }

    /// Reports a state, if the server has asked for it.
    pub(super) async fn report(
        &mut self,
        state: &SimulatorState,
        call: &CallParties,
        status: &'static str,
    ) {
        let event = EVENTS.iter().find(|(reported, _)| *reported == status);
        let (is_end, event) = event.map_or((true, "completed"), |(_, event)| (false, *event));
        if !self.events.iter().any(|asked| asked == event) {
            return;
        }
        let report = (self.count, status);
        self.count += 1;
        if self.fault == Some(ReportFault::Reordered) && self.held.is_none() && !is_end {
            self.held = Some(report);
            return;
        }
        if self.fault == Some(ReportFault::Late) {
            state.delay(self.fault).await;
        }
        self.post(state, call, report).await;
        if self.fault == Some(ReportFault::Repeated) {
            self.post(state, call, report).await;
        }
        if let Some(held) = self.held.take() {
            self.post(state, call, held).await;
        }
    }

    async fn post(
        &self,
        state: &SimulatorState,
        call: &CallParties,
        (sequence, status): (u32, &'static str),
    ) {
        let mut form = call.form(state, status);
        form.push(("CallbackSource", "call-progress-events".to_owned()));
        form.push(("SequenceNumber", sequence.to_string()));
        let seconds = state
            .calls
            .lock()
            .find(&call.sid)
            .filter(|record| record.ended_at.is_some())
            .map(CallRecord::duration_seconds);
        form.extend(seconds.map(|seconds| ("CallDuration", seconds.to_string())));
        let answer = state.server.post_form(&self.url, &form).await;
        let text = match answer {
            Ok(answer) => format!("{status}: HTTP {}", answer.status),
            Err(error) => format!("{status}: {error}"),
        };
        call.publish(state, "report", Some(&text), None);
    }
}
