//! Writes mails: those of people, answers of programs, and reports of mails that have come back.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use thiserror::Error;

use crate::record::MailRecord;
use crate::state::SimulatorState;

/// Domain of the ids of the simulator's mails.
const DOMAIN: &str = "simulator.invalid";

/// A mail whose addresses cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be addresses such as ada@example.org")]
pub(super) struct AddressError;

/// A written mail.
pub(super) struct ComposedMail {
    /// Its id, without brackets.
    pub(super) message_id: String,
    pub(super) bytes: Vec<u8>,
}

/// Content of a mail.
pub(super) struct MailContent<'m> {
    pub(super) from: &'m str,
    pub(super) to: &'m str,
    pub(super) subject: &'m str,
    pub(super) text: &'m str,
    /// Ids of the mails that it follows, without brackets, the newest last.
    pub(super) references: &'m [String],
}

/// Writes a mail of a person.
///
/// # Errors
/// If an address is none.
pub(super) fn person(
    state: &SimulatorState,
    content: &MailContent<'_>,
) -> Result<ComposedMail, AddressError> {
    let (message_id, builder) = begin(state, content)?;
    let message = builder
        .header(ContentType::TEXT_PLAIN)
        .body(content.text.to_owned());
    finish(message_id, message)
}

/// Writes an answer of a program.
///
/// # Errors
/// If an address is none.
pub(super) fn automatic_answer(
    state: &SimulatorState,
    mail: &MailRecord,
) -> Result<ComposedMail, AddressError> {
    let references = [mail.message_id.clone()];
    let content = MailContent {
        from: &mail.to,
        to: &mail.from,
        subject: &format!("Automatic reply: {}", mail.subject),
        text: "I am away and will answer later.\n",
        references: &references,
    };
    let (message_id, builder) = begin(state, &content)?;
    let message = builder
        .raw_header(automatic("auto-replied"))
        .header(ContentType::TEXT_PLAIN)
        .body(content.text.to_owned());
    finish(message_id, message)
}

/// Writes the report of a mail that has come back.
///
/// # Errors
/// If an address is none.
pub(super) fn bounce(
    state: &SimulatorState,
    mail: &MailRecord,
) -> Result<ComposedMail, AddressError> {
    let references = [mail.message_id.clone()];
    let content = MailContent {
        from: &format!("mailer-daemon@{DOMAIN}"),
        to: &mail.from,
        subject: "Undelivered mail returned to sender",
        text: "",
        references: &references,
    };
    let (message_id, builder) = begin(state, &content)?;
    let kind = format!(
        "multipart/report; report-type=delivery-status; boundary=\"{}\"",
        state.draw_id("")
    );
    let kind = ContentType::parse(&kind).map_err(|_| AddressError)?;
    let status_kind = ContentType::parse("message/delivery-status").map_err(|_| AddressError)?;
    let status = format!(
        "Reporting-MTA: dns; {DOMAIN}\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\n\
         Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 Nobody has this address\r\n",
        to = mail.to
    );
    let explanation = "The mail below could not be delivered.\n".to_owned();
    let report = MultiPart::builder()
        .header(kind)
        .build()
        .singlepart(SinglePart::plain(explanation))
        .singlepart(SinglePart::builder().header(status_kind).body(status));
    let message = builder
        .raw_header(automatic("auto-generated"))
        .multipart(report);
    finish(message_id, message)
}

fn begin(
    state: &SimulatorState,
    content: &MailContent<'_>,
) -> Result<(String, MessageBuilder), AddressError> {
    let parse = |address: &str| address.parse::<Mailbox>().map_err(|_| AddressError);
    let message_id = format!("{}@{DOMAIN}", state.draw_id(""));
    let micros = u64::try_from(state.now()).unwrap_or_default();
    let date = UNIX_EPOCH + Duration::from_micros(micros);
    let mut builder = Message::builder()
        .from(parse(content.from)?)
        .to(parse(content.to)?)
        .subject(content.subject)
        .date(date)
        .message_id(Some(format!("<{message_id}>")));
    if let Some(newest) = content.references.last() {
        let all: Vec<_> = content
            .references
            .iter()
            .map(|id| format!("<{id}>"))
            .collect();
        builder = builder
            .in_reply_to(format!("<{newest}>"))
            .references(all.join(" "));
    }
    Ok((message_id, builder))
}

fn automatic(kind: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, kind.to_owned())
}

fn finish(
    message_id: String,
    message: Result<Message, lettre::error::Error>,
) -> Result<ComposedMail, AddressError> {
    Ok(ComposedMail {
        message_id,
        bytes: message.map_err(|_| AddressError)?.formatted(),
    })
}
