//! Listener for mail servers that hand over mails by SMTP or LMTP. It takes mails for the inboxes of workspaces and relays
//! none.
//!
//! Keeps INV-79 (`docs/invariants.md`).

mod bound;
mod command;
mod connection;
mod limits;
mod line_reader;
mod mail_data;
mod outcome;
mod recipient;
mod reply;
mod session;
mod settings;
mod tls;

pub use self::bound::{MailListener, MailListenerError};
pub use self::outcome::{MailReceiptOutcome, RecipientVerdict};
pub use self::session::{MailSession, SessionStep};
pub use self::settings::{MailListenerSettings, MailProtocol};
pub(super) use self::tls::TlsFiles;
