//! Lines to the outside: phone numbers and inboxes, and which of them a conversation uses.

pub mod inbox;
pub mod phone_number;
mod pick;

pub(crate) use pick::{pick_inbox, pick_phone_number};
