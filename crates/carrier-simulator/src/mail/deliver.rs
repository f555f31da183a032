//! What becomes of an accepted mail.

use std::sync::Arc;

use super::compose;
use crate::destination::MailOutcome;
use crate::event_log::SimulatedChannel;
use crate::fault_plan::FaultSubject;
use crate::record::MailRecord;
use crate::state::{EventDetails, SimulatorState};

/// Returns what becomes of a mail to an address. It is drawn when the mail is accepted, since the order in which tasks run
/// is not that of the mails.
pub(super) fn draw_outcome(state: &SimulatorState, address: &str) -> MailOutcome {
    let faults = [MailOutcome::Bounced, MailOutcome::AnsweredByProgram];
    let drawn = state.faults.choose(FaultSubject::MailOutcome, &faults);
    match MailOutcome::for_address(address) {
        MailOutcome::Delivered => drawn.unwrap_or(MailOutcome::Delivered),
        other => other,
    }
}

/// Delivers a mail, or lets it come back.
pub(super) async fn deliver(state: Arc<SimulatorState>, mail: MailRecord, outcome: MailOutcome) {
    state.delay(None).await;
    let (status, answer) = match outcome {
        MailOutcome::Bounced => ("bounced", compose::bounce(&state, &mail)),
        MailOutcome::AnsweredByProgram => ("answered", compose::automatic_answer(&state, &mail)),
        MailOutcome::Delivered | MailOutcome::Refused => {
            set_status(&state, &mail, "delivered");
            return;
        }
    };
    set_status(&state, &mail, status);
    let Ok(answer) = answer else {
        publish(
            &state,
            &mail,
            "report",
            "the mail's addresses cannot be used",
        );
        return;
    };
    let Ok(workspace) = state.workspace(None) else {
        publish(&state, &mail, "report", "the simulator knows no workspace");
        return;
    };
    let posted = state
        .server
        .post_mail(&workspace, &mail.from, answer.bytes)
        .await;
    let text = match posted {
        Ok(posted) => format!("{status}: HTTP {}", posted.status),
        Err(error) => format!("{status}: {error}"),
    };
    publish(&state, &mail, "report", &text);
}

fn set_status(state: &SimulatorState, mail: &MailRecord, status: &'static str) {
    state
        .mails
        .lock()
        .update(&mail.id, |record| record.status = status);
    publish(state, mail, "status", status);
}

fn publish(state: &SimulatorState, mail: &MailRecord, event: &str, status: &str) {
    let details = EventDetails {
        id: &mail.id,
        from: &mail.from,
        to: &mail.to,
        status: Some(status),
        text: None,
    };
    state.publish(SimulatedChannel::Mail, event, &details);
}
