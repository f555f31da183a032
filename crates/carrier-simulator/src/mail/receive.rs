//! A person writes a mail.

use std::sync::Arc;

use serde::Deserialize;

use super::compose::{self, ComposedMail, MailContent};
use crate::control_error::ControlError;
use crate::event_log::SimulatedChannel;
use crate::record::{Direction, MailRecord};
use crate::state::{EventDetails, SimulatorState};

/// Longest text in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Longest subject in bytes.
const MAX_SUBJECT_BYTES: usize = 998;

/// A mail of a person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PersonMail {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    text: String,
    /// Id of the mail that it answers.
    #[serde(default)]
    in_reply_to: Option<String>,
    #[serde(default)]
    workspace: Option<String>,
}

/// Passes a mail on to the server, as a mail server does.
///
/// # Errors
/// If the command is wrong, or the server has not taken the mail.
pub(crate) async fn receive_mail(
    state: &Arc<SimulatorState>,
    mail: PersonMail,
) -> Result<MailRecord, ControlError> {
    let workspace = state.workspace(mail.workspace.as_deref())?;
    let answered = match &mail.in_reply_to {
        None => None,
        Some(id) => {
            let found = state.mails.lock().find(id).cloned();
            let unknown = || ControlError::not_found("`inReplyTo` is no mail of the simulator");
            Some(found.ok_or_else(unknown)?)
        }
    };
    let record = to_record(state, mail, answered.as_ref())?;
    let content = MailContent {
        from: &record.from,
        to: &record.to,
        subject: &record.subject,
        text: &record.text,
        references: &record.references,
    };
    let composed = compose::person(state, &content);
    let composed =
        composed.map_err(|error| ControlError::invalid(format!("`from` and `to` {error}")))?;
    post(state, &workspace, record, composed).await
}

fn to_record(
    state: &SimulatorState,
    mail: PersonMail,
    answered: Option<&MailRecord>,
) -> Result<MailRecord, ControlError> {
    let missing = |name: &str| ControlError::invalid(format!("`{name}` is missing"));
    let from = mail.from.or_else(|| answered.map(|mail| mail.to.clone()));
    let to = mail.to.or_else(|| answered.map(|mail| mail.from.clone()));
    let subject = mail.subject.or_else(|| answered.map(reply_subject));
    let subject = subject.unwrap_or_default();
    if mail.text.len() > MAX_TEXT_BYTES || subject.len() > MAX_SUBJECT_BYTES {
        let message = "`text` must have 64 KiB, and `subject` 998 bytes, at most";
        return Err(ControlError::invalid(message));
    }
    let references = answered.map(|mail| {
        let mut references = mail.references.clone();
        references.push(mail.message_id.clone());
        references
    });
    Ok(MailRecord {
        id: state.draw_id("ML"),
        direction: Direction::Inbound,
        from: from.ok_or_else(|| missing("from"))?,
        to: to.ok_or_else(|| missing("to"))?,
        subject,
        text: mail.text,
        message_id: String::new(),
        references: references.unwrap_or_default(),
        status: "receiving",
        created_at: state.now(),
    })
}

fn reply_subject(mail: &MailRecord) -> String {
    match mail.subject.to_ascii_lowercase().starts_with("re:") {
        true => mail.subject.clone(),
        false => format!("Re: {}", mail.subject),
    }
}

async fn post(
    state: &SimulatorState,
    workspace: &str,
    mut record: MailRecord,
    composed: ComposedMail,
) -> Result<MailRecord, ControlError> {
    record.message_id = composed.message_id;
    state.mails.lock().push(record.clone());
    let details = EventDetails {
        id: &record.id,
        from: &record.from,
        to: &record.to,
        status: None,
        text: Some(&record.subject),
    };
    state.publish(SimulatedChannel::Mail, "received", &details);
    let answer = state
        .server
        .post_mail(workspace, &record.to, composed.bytes)
        .await;
    let error = match answer {
        Ok(answer) if answer.is_success() => None,
        Ok(answer) => Some(format!(
            "the server answered {}: {}",
            answer.status, answer.body
        )),
        Err(error) => Some(error.to_string()),
    };
    record.status = if error.is_none() {
        "received"
    } else {
        "failed"
    };
    let status = record.status;
    state
        .mails
        .lock()
        .update(&record.id, |record| record.status = status);
    match error {
        None => Ok(record),
        Some(error) => {
            let details = EventDetails {
                id: &record.id,
                from: &record.from,
                to: &record.to,
                status: Some(status),
                text: None,
            };
            state.publish(SimulatedChannel::Mail, "status", &details);
            Err(ControlError::server(error))
        }
    }
}
