//! The log of a conversation: every durable change takes the next `seq`, gap-free from 1.
//!
//! A message is its own log entry; the other changes are the small rows described here.

use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Type of a log entry that is not a message.
    LogEntryKind {
        /// The conversation was created; the payload has title and participants.
        Created = "created",
        /// A title, state or setting changed; the payload has the new values.
        Changed = "changed",
        /// A member joined or was added.
        Joined = "joined",
        /// A member left.
        Left = "left",
        /// A member was removed.
        Removed = "removed",
        /// A message was edited; the payload has its id.
        MessageEdited = "message_edited",
        /// A message was deleted; the payload has its id.
        MessageDeleted = "message_deleted",
        /// A member's rating of a message changed; the payload has the message's id, the actor is the member.
        MessageRated = "message_rated",
        /// A carrier has accepted, delivered or refused a message; the payload has its id.
        MessageDelivery = "message_delivery",
    }
}

/// Log entry that is not a message.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// `seq`.
    pub seq: i64,
    /// Type.
    pub kind: LogEntryKind,
    /// Member number of the actor.
    pub actor: Option<i64>,
    /// Time.
    pub at: Timestamp,
    /// Details as a JSON object of ids and settings; never message text.
    pub payload: String,
}

/// Log item without its content.
#[derive(Debug, Clone)]
pub struct LogItemSummary {
    /// `seq`.
    pub seq: i64,
    /// Time.
    pub at: Timestamp,
    /// The entry, unless it is a message.
    pub entry: Option<LogEntry>,
}

/// Item at one `seq` of a conversation's log. Read in order, the `seq`s have no gap.
#[derive(Debug, Clone)]
pub enum LogItem {
    /// A message in its current version.
    Message(Box<crate::message::Message>),
    /// Placeholder of a deleted message.
    Tombstone {
        /// `seq`.
        seq: i64,
        /// Time of the message.
        at: Timestamp,
    },
    /// Any other change.
    Entry(LogEntry),
}

impl LogItem {
    /// Returns the `seq`.
    pub fn seq(&self) -> i64 {
        match self {
            Self::Message(message) => message.seq,
            Self::Tombstone { seq, .. } => *seq,
            Self::Entry(entry) => entry.seq,
        }
    }
}
