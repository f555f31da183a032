//! A person writes a text message.

use std::sync::Arc;

use serde::Deserialize;

use crate::control_error::ControlError;
use crate::destination::is_phone_number;
use crate::event_log::SimulatedChannel;
use crate::fault_plan::FaultSubject;
use crate::record::{Direction, MessageRecord};
use crate::server_client::ServerAnswer;
use crate::signature::FormFields;
use crate::state::{EventDetails, SimulatorState};
use crate::twiml::{Verb, parse_twiml};

/// Longest text.
const MAX_CHARS: usize = 1_600;
/// Texts by which a person opts out at the carrier too.
const STOP: [&str; 9] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "OPTOUT",
    "REVOKE",
    "ARRET",
];
/// Texts by which a person opts in again.
const START: [&str; 3] = ["START", "YES", "UNSTOP"];

/// A text of a person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PersonText {
    from: String,
    to: String,
    text: String,
    #[serde(default)]
    workspace: Option<String>,
}

/// Passes a text on to the server, as a carrier does. Returns the record when the server has taken it.
///
/// # Errors
/// If the command is wrong, or the server has not taken the text.
pub(crate) async fn receive_text(
    state: &Arc<SimulatorState>,
    text: PersonText,
) -> Result<MessageRecord, ControlError> {
    let workspace = state.workspace(text.workspace.as_deref())?;
    if !is_phone_number(&text.from) || !is_phone_number(&text.to) {
        let message = "`from` and `to` must be numbers such as +15005550123";
        return Err(ControlError::invalid(message));
    }
    if text.text.chars().count() > MAX_CHARS {
        return Err(ControlError::invalid(
            "`text` must have 1,600 characters at most",
        ));
    }
    let word = text.text.trim().to_uppercase();
    if STOP.contains(&word.as_str()) || START.contains(&word.as_str()) {
        let is_out = STOP.contains(&word.as_str());
        state.set_opt_out(&text.from, &text.to, is_out);
    }
    let record = record(
        state,
        Direction::Inbound,
        (&text.from, &text.to),
        &text.text,
    );
    let path = format!("/carriers/sms/{workspace}/messages");
    let url = state.server.url_of(&path);
    let form = form(state, &record);
    let fault = state.faults.reports(FaultSubject::TextReceived);
    let mut answer = state.server.post_form(&url, &form).await;
    if fault.is_some() {
        // Like a carrier that has not seen the answer.
        state.publish_refusal(SimulatedChannel::Sms, &record.from, &record.to, "repeated");
        answer = state.server.post_form(&url, &form).await;
    }
    let answer = answer.map_err(|error| ControlError::server(error.to_string()));
    match answer.and_then(check) {
        Ok(answer) => {
            set_status(state, &record.sid, "received");
            record_replies(state, &record, &answer);
            let mut messages = state.messages.lock();
            Ok(messages.update(&record.sid, |_| {}).unwrap_or(record))
        }
        Err(error) => {
            set_status(state, &record.sid, "failed");
            let details = EventDetails {
                id: &record.sid,
                from: &record.from,
                to: &record.to,
                status: Some("failed"),
                text: None,
            };
            state.publish(SimulatedChannel::Sms, "status", &details);
            Err(error)
        }
    }
}

fn check(answer: ServerAnswer) -> Result<ServerAnswer, ControlError> {
    match answer.is_success() {
        true => Ok(answer),
        false => Err(ControlError::server(format!(
            "the server answered {}: {}",
            answer.status, answer.body
        ))),
    }
}

fn record(
    state: &SimulatorState,
    direction: Direction,
    (from, to): (&str, &str),
    text: &str,
) -> MessageRecord {
    let now = state.now();
    let (status, event) = match direction {
        Direction::Inbound => ("receiving", "received"),
        _ => ("delivered", "accepted"),
    };
    let record = MessageRecord {
        sid: state.draw_id("SM"),
        direction,
        from: from.to_owned(),
        to: to.to_owned(),
        text: text.to_owned(),
        status,
        error_code: None,
        created_at: now,
        updated_at: now,
    };
    state.messages.lock().push(record.clone());
    let details = EventDetails {
        id: &record.sid,
        from,
        to,
        status: None,
        text: Some(text),
    };
    state.publish(SimulatedChannel::Sms, event, &details);
    record
}

fn set_status(state: &SimulatorState, sid: &str, status: &'static str) {
    state.messages.lock().update(sid, |record| {
        record.status = status;
        record.updated_at = state.now();
    });
}

fn form(state: &SimulatorState, record: &MessageRecord) -> FormFields {
    vec![
        ("AccountSid", state.options.credentials.account_sid.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("Body", record.text.clone()),
        ("From", record.from.clone()),
        ("MessageSid", record.sid.clone()),
        ("NumMedia", "0".to_owned()),
        ("NumSegments", "1".to_owned()),
        ("SmsMessageSid", record.sid.clone()),
        ("SmsSid", record.sid.clone()),
        ("SmsStatus", "received".to_owned()),
        ("To", record.to.clone()),
    ]
}

/// Records what the server says in its answer.
fn record_replies(state: &SimulatorState, received: &MessageRecord, answer: &ServerAnswer) {
    for verb in parse_twiml(&answer.body).unwrap_or_default() {
        if let Verb::Message(text) = verb {
            let parties = (received.to.as_str(), received.from.as_str());
            record(state, Direction::OutboundReply, parties, &text);
        }
    }
}
