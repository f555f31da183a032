//! Records of messages, calls and mails.

mod call;
mod mail;
mod message;

use serde::Serialize;

pub(crate) use call::{CallRecord, Speaker, TranscriptLine};
pub(crate) use mail::MailRecord;
pub(crate) use message::MessageRecord;

/// Who has begun a message, a call or a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    /// A person.
    Inbound,
    /// The server, by the API.
    OutboundApi,
    /// The server, in its answer to a person's text.
    OutboundReply,
}
