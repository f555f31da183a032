//! Parses a received mail.

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use mail_parser::parsers::fields::thread::thread_name;
use mail_parser::{Message, MessageParser};
use parlor_engine::chat::InboundMail;
use parlor_engine::delivery::BouncedMail;
use parlor_engine::file::InboundFile;
use parlor_model::limit;
use parlor_model::redacted::Redacted;

use super::body::body_text;
use super::bounce::bounced_mail;
use super::classify::{MailKind, classify};
use super::files::{MAIL_MEDIA_TYPE, files};
use super::headers::{raw_values, recipients, references, sender};
use super::structure::{TooComplex, limit_structure};
use super::visible_text::{visible_text, whole_text};

/// Beginnings of the subject of a mail that was sent on, in English, German, French and Spanish.
const FORWARD_PREFIXES: [&str; 6] = ["fwd:", "fw:", "wg:", "tr:", "rv:", "i:"];
/// Longest id of a mail that is answered: a line of a header has less than 1000 bytes.
const MAX_MESSAGE_ID_BYTES: usize = 500;
/// Bytes of a text that are looked at: several times what a message may have.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// A parsed mail.
#[derive(Debug, Clone)]
pub struct ParsedMail {
    /// What it is.
    pub kind: MailKind,
    /// The mail of this server that was not delivered, if it says so.
    pub bounced: Option<BouncedMail>,
    /// The mail.
    pub mail: InboundMail,
    /// What is attached to it.
    pub files: Vec<InboundFile>,
}

/// Returns the file that keeps a mail as it came.
pub fn original_file(raw: Bytes) -> InboundFile {
    InboundFile {
        name: None,
        fallback_name: "original.eml",
        media_type: Some(MAIL_MEDIA_TYPE.to_owned()),
        bytes: Redacted(raw),
        is_original: true,
    }
}

/// Why a mail cannot be parsed. It contains nothing of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailParseError {
    /// It has no headers.
    #[error("must be a mail")]
    Malformed,
    /// It has more parts or headers than any program writes.
    #[error("must not have so many parts or headers")]
    TooComplex,
    /// It has no address of a sender.
    #[error("must have a sender")]
    NoSender,
}

/// Parses a mail. `envelope_to` is the recipient that the mail server has accepted it for; without it the headers say to whom it
/// was sent.
///
/// # Errors
/// If it cannot be told from whom it is.
pub fn parse_mail(raw: &[u8], envelope_to: Option<&str>) -> Result<ParsedMail, MailParseError> {
    let limited = limit_structure(raw).map_err(|TooComplex| MailParseError::TooComplex)?;
    let parsed = MessageParser::default().parse(limited.as_ref());
    let message = parsed.ok_or(MailParseError::Malformed)?;
    if message.headers().is_empty() {
        return Err(MailParseError::Malformed);
    }
    let recipients = recipients(&message, envelope_to);
    let kind = classify(&message, &recipients);
    let (from, from_name) = sender(&message).ok_or(MailParseError::NoSender)?;
    let body = body_text(&message);
    let body = shorten(&body, MAX_TEXT_BYTES);
    let subject = message.subject().unwrap_or_default().trim();
    let is_forward = FORWARD_PREFIXES.iter().any(|prefix| {
        let start = subject.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    let text = if is_forward {
        whole_text(body)
    } else {
        visible_text(body)
    };
    let text: String = text.chars().take(limit::MESSAGE.max_chars).collect();
    let mail = InboundMail {
        id: digest_id(&message, &text),
        message_id: message
            .message_id()
            .filter(|id| is_answerable(id))
            .map(|id| Redacted(id.to_owned())),
        from: Redacted(from),
        from_name: from_name.map(Redacted),
        recipients,
        references: references(&message),
        subject: Redacted(thread_name(subject).to_owned()),
        text: Redacted(text),
    };
    Ok(ParsedMail {
        kind,
        bounced: (kind == MailKind::Bounce)
            .then(|| bounced_mail(&message))
            .flatten(),
        mail,
        files: files(&message, raw),
    })
}

/// Returns whether an id can stand in the headers of an answer.
fn is_answerable(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>".contains(&byte);
    id.len() <= MAX_MESSAGE_ID_BYTES && id.contains('@') && id.bytes().all(is_plain)
}

/// Returns the digest of the mail's id, or of what else a repeated mail has in common with the first one.
fn digest_id(message: &Message<'_>, text: &str) -> String {
    let hashed = match message.message_id() {
        Some(id) => id.to_owned(),
        None => {
            let names = ["From", "Date", "Subject"];
            let mut parts: Vec<String> = names
                .iter()
                .flat_map(|name| raw_values(message, name))
                .collect();
            parts.push(text.to_owned());
            parts.join("\n")
        }
    };
    HEXLOWER.encode(digest(&SHA256, hashed.as_bytes()).as_ref())
}

/// Returns the beginning of a text.
fn shorten(text: &str, max_bytes: usize) -> &str {
    let mut end = text.len().min(max_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
