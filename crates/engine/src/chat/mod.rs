//! Chats: conversations for one member over one medium.
//!
//! Keeps INV-12, INV-71, INV-72 (`docs/invariants.md`).

mod address_delivery;
pub mod call;
mod create_in_tx;
mod deliver;
mod find_mail_inbox;
mod inbound;
mod mail_id;
mod mail_thread;
mod opening;
mod receive_mail;
mod receive_text;
mod reference;
mod resolve_assistant;
mod send_as_assistant;
mod send_context;
mod start;
mod text_keyword;
pub(crate) mod workflow_pin;

pub use find_mail_inbox::{MailInbox, find_mail_inbox};
pub use mail_id::MailId;
pub use parlor_store::repo::remote_file::NewRemoteFile;
pub use receive_mail::{InboundMail, ReceivedMail, receive_mail};
pub use receive_text::{InboundText, ReceivedText, receive_text};
pub use reference::{ChatReference, refers_to};
pub use resolve_assistant::resolve_assistant;
pub use send_as_assistant::{SendAsAssistant, SendAsAssistantResult, send_as_assistant};
pub use start::{StartChatResult, start};
pub use text_keyword::is_opt_out;

pub(crate) use address_delivery::{AddressedDelivery, address_delivery};
