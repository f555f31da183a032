//! Accepts a mail of the server.

use std::sync::Arc;

use mail_parser::{HeaderValue, Message, MessageParser};

use super::deliver;
use crate::event_log::SimulatedChannel;
use crate::record::{Direction, MailRecord};
use crate::state::{EventDetails, SimulatorState};

/// Bytes of a text that are kept.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Ids of followed mails that are kept.
const MAX_REFERENCES: usize = 20;
/// Bytes of an id or a subject that are kept.
const MAX_HEADER_BYTES: usize = 998;

/// Sender and recipients, as the server gives them.
pub(super) struct MailEnvelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

/// Accepts a mail for each recipient, and begins to deliver it.
pub(super) fn accept_mail(state: &Arc<SimulatorState>, envelope: &MailEnvelope, mail: &[u8]) {
    let parsed = MessageParser::default().parse(mail).unwrap_or_default();
    for to in &envelope.to {
        let record = to_record(state, &parsed, &envelope.from, to);
        state.mails.lock().push(record.clone());
        let details = EventDetails {
            id: &record.id,
            from: &record.from,
            to: &record.to,
            status: Some(record.status),
            text: Some(&record.subject),
        };
        state.publish(SimulatedChannel::Mail, "accepted", &details);
        let outcome = deliver::draw_outcome(state, to);
        if !state.tasks.is_full() {
            let delivery = deliver::deliver(state.clone(), record, outcome);
            state.tasks.spawn(delivery);
        }
    }
}

fn to_record(state: &SimulatorState, mail: &Message<'_>, from: &str, to: &str) -> MailRecord {
    let text = mail.body_text(0).unwrap_or_default();
    let mut references = ids(mail.references());
    references.extend(ids(mail.in_reply_to()));
    MailRecord {
        id: state.draw_id("ML"),
        direction: Direction::OutboundApi,
        from: from.to_owned(),
        to: to.to_owned(),
        subject: cut(mail.subject().unwrap_or_default(), MAX_HEADER_BYTES),
        text: cut(&text, MAX_TEXT_BYTES),
        message_id: cut(mail.message_id().unwrap_or_default(), MAX_HEADER_BYTES),
        references,
        status: "accepted",
        created_at: state.now(),
    }
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let ids = value.as_text_list().unwrap_or_default().iter();
    let ids = ids.map(|id| cut(id, MAX_HEADER_BYTES));
    ids.take(MAX_REFERENCES).collect()
}

/// Returns the beginning of a text with so many bytes at most.
fn cut(text: &str, bytes: usize) -> String {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
