//! Mails that a mail server has received: what they are, and what their senders have written.
//!
//! Keeps INV-76 (`docs/invariants.md`).

mod body;
mod classify;
mod flowed;
mod headers;
mod history;
mod html;
mod parse;
mod signature;
mod structure;
mod visible_text;

pub use self::classify::MailKind;
pub use self::parse::{MailParseError, ParsedMail, parse_mail};
