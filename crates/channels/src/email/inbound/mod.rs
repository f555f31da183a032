//! Mails that a mail server has received: what they are, what their senders have written, and what is attached.
//!
//! Keeps INV-76 (`docs/invariants.md`).

mod body;
mod bounce;
mod classify;
mod files;
mod flowed;
mod headers;
mod history;
mod html;
mod parse;
mod signature;
mod structure;
mod visible_text;

pub use self::classify::MailKind;
pub use self::parse::{MailParseError, ParsedMail, original_file, parse_mail};
