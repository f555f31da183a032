//! Replies of the server to messages and requests on a socket.

use crate::message::MessageResponse;

/// Acknowledgement of a stored message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendReceipt {
    /// UUID of the message.
    pub message_id: String,
    /// Seq in the chat's log.
    pub seq: i64,
    /// Time of storage: RFC 3339, in UTC.
    pub timestamp: String,
    /// Message id under which it was sent.
    pub client_message_id: String,
    /// Whether it was stored by an earlier attempt.
    pub duplicate: bool,
}

/// Messages before a seq, oldest first.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MessageHistory {
    /// Messages.
    pub messages: Vec<MessageResponse>,
    /// Whether there are older messages.
    pub has_more: bool,
}
