//! Addresses that do not exist, as a mail server or a carrier has said of a message. Nothing is sent to one of them until an
//! operator clears it, or a message comes from it.
//!
//! Keeps INV-90 (`docs/invariants.md`).

mod clear;
mod find;
mod list;
mod mark;

pub use clear::clear;
pub(crate) use clear::clear_sender;
pub(crate) use find::is_undeliverable;
pub use find::{UndeliverableMembers, find_of_members};
pub use list::list;
pub(crate) use mark::{mark, mark_subject};

use parlor_model::conversation::Medium;

use crate::member;

/// Returns the form in which an address is marked. `None` for a medium without addresses, and for what is none.
fn address_key(medium: Medium, address: &str) -> Option<String> {
    match medium {
        Medium::Sms => member::normalize_phone(address, None).ok(),
        Medium::Email => member::email_key(address).ok(),
        Medium::Web | Medium::Voice => None,
    }
}
