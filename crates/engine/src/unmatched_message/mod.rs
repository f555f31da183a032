//! Received messages for numbers and inboxes that their workspace does not have: kept for a person to see, and nothing else is
//! done with them. The newest 1,000 of a workspace are kept.
//!
//! Keeps INV-91 (`docs/invariants.md`).

mod list;
mod record;

pub use list::list;
pub(crate) use record::record;
