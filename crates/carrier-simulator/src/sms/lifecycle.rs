//! What becomes of an accepted text message, and the reports about it.

use std::sync::Arc;

use crate::destination::TextOutcome;
use crate::event_log::SimulatedChannel;
use crate::fault_plan::{FaultSubject, ReportFault};
use crate::record::MessageRecord;
use crate::signature::FormFields;
use crate::state::{EventDetails, SimulatorState};

/// A report that the server could not take is repeated so often.
const MAX_ATTEMPTS: u32 = 3;

/// What becomes of a message, drawn when it is accepted.
pub(super) struct TextPlan {
    /// Last state, and the code of its error.
    end: (&'static str, Option<u32>),
    reports: Option<ReportFault>,
}

impl TextPlan {
    pub(super) fn new(state: &SimulatorState, outcome: TextOutcome) -> Self {
        let faults = [TextOutcome::Undelivered, TextOutcome::Failed];
        let drawn = state.faults.choose(FaultSubject::MessageOutcome, &faults);
        let outcome = match outcome {
            TextOutcome::Delivered => drawn.unwrap_or(outcome),
            other => other,
        };
        Self {
            end: match outcome {
                TextOutcome::Undelivered => ("undelivered", Some(30_003)),
                TextOutcome::Failed => ("failed", Some(30_008)),
                TextOutcome::Delivered | TextOutcome::Invalid => ("delivered", None),
            },
            reports: state.faults.reports(FaultSubject::MessageReports),
        }
    }

    /// Returns the states in the order of their reports.
    fn states(&self) -> Vec<&'static str> {
        let end = self.end.0;
        match self.reports {
            Some(ReportFault::Reordered) => vec!["queued", end, "sent"],
            Some(ReportFault::Repeated) => vec!["queued", "queued", "sent", "sent", end, end],
            Some(ReportFault::Late) | None => vec!["queued", "sent", end],
        }
    }
}

/// Takes a message through its states.
pub(super) async fn deliver(
    state: Arc<SimulatorState>,
    message: MessageRecord,
    plan: TextPlan,
    callback: Option<String>,
) {
    let mut is_over = false;
    for status in plan.states() {
        if status != "queued" {
            state.delay(plan.reports).await;
        }
        let is_end = status == plan.end.0;
        // A late report of an earlier state does not change the message.
        if !is_over {
            set_status(&state, &message, status, plan.end.1.filter(|_| is_end));
        }
        is_over |= is_end;
        if let Some(url) = &callback {
            report(&state, &message, url, status, plan.end.1.filter(|_| is_end)).await;
        }
    }
}

fn set_status(
    state: &SimulatorState,
    message: &MessageRecord,
    status: &'static str,
    error_code: Option<u32>,
) {
    let mut before = status;
    state.messages.lock().update(&message.sid, |record| {
        before = record.status;
        record.status = status;
        record.error_code = error_code;
        record.updated_at = state.now();
    });
    if before != status {
        publish(state, message, "status", status);
    }
}

fn publish(state: &SimulatorState, message: &MessageRecord, event: &str, status: &str) {
    let details = EventDetails {
        id: &message.sid,
        from: &message.from,
        to: &message.to,
        status: Some(status),
        text: None,
    };
    state.publish(SimulatedChannel::Sms, event, &details);
}

async fn report(
    state: &SimulatorState,
    message: &MessageRecord,
    url: &str,
    status: &str,
    error_code: Option<u32>,
) {
    let mut form: FormFields = vec![
        ("AccountSid", state.options.credentials.account_sid.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("From", message.from.clone()),
        ("MessageSid", message.sid.clone()),
        ("MessageStatus", status.to_owned()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.to_owned()),
        ("To", message.to.clone()),
    ];
    form.extend(error_code.map(|code| ("ErrorCode", code.to_string())));
    for _ in 0..MAX_ATTEMPTS {
        let answer = state.server.post_form(url, &form).await;
        let text = match &answer {
            Ok(answer) => format!("{status}: HTTP {}", answer.status),
            Err(error) => format!("{status}: {error}"),
        };
        publish(state, message, "report", &text);
        if answer.is_ok_and(|answer| answer.status < 500) {
            return;
        }
        state.delay(None).await;
    }
}
