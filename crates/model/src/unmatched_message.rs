//! Received messages for numbers and inboxes that their workspace does not have.

use crate::Timestamp;
use crate::conversation::Medium;
use crate::redacted::Redacted;

/// What is stored of a received message that belongs nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnmatchedMessage {
    /// Medium that it came over.
    pub medium: Medium,
    /// Id by which a repeated one is known.
    pub external_id: String,
    /// Address of the sender.
    pub sender: Redacted<String>,
    /// The address that nobody has.
    pub recipient: Redacted<String>,
    /// Beginning of its text; of a mail, its subject comes first.
    pub content: Redacted<String>,
}

/// A received message that belongs nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmatchedMessage {
    /// Number, in the order of reception.
    pub number: i64,
    /// Medium that it came over.
    pub medium: Medium,
    /// Address of the sender.
    pub sender: Redacted<String>,
    /// The address that nobody has.
    pub recipient: Redacted<String>,
    /// Beginning of its text.
    pub content: Redacted<String>,
    /// When it was received.
    pub received_at: Timestamp,
}
