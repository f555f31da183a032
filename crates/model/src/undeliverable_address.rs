//! Addresses that do not exist.

use crate::Timestamp;
use crate::conversation::Medium;
use crate::redacted::Redacted;

/// An address to which nothing is sent, because a mail server or a carrier has said that it does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeliverableAddress {
    /// Medium that it is of.
    pub medium: Medium,
    /// The normalized address.
    pub address: Redacted<String>,
    /// What was said: a status of a mail server, or a carrier's own code.
    pub code: Option<String>,
    /// When it was said first.
    pub marked_at: Timestamp,
}
