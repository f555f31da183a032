//! Senders of a workspace: phone numbers and inboxes, and which of them a conversation uses.

pub mod inbox;
pub mod phone_number;
mod resolve;

pub(crate) use resolve::{resolve_inbox, resolve_phone_number};
