//! The log of a conversation: every durable change takes the next position, gap-free from 1.
//!
//! A message is its own entry; the other changes are the small rows described here.

use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// What a log entry that is not a message tells.
    LogEntryKind {
        /// The conversation was made; the payload names title and participants.
        Created = "created",
        /// A title, state or setting changed; the payload holds what is new.
        Changed = "changed",
        /// A member joined or was added.
        Joined = "joined",
        /// A member left.
        Left = "left",
        /// A member was removed.
        Removed = "removed",
        /// A message was edited; the payload names it.
        MessageEdited = "message_edited",
        /// A message was deleted; the payload names it.
        MessageDeleted = "message_deleted",
        /// What a member thinks of a message changed; the payload names the message, the actor is the member.
        MessageRated = "message_rated",
    }
}

/// One entry that is not a message.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// Its position.
    pub seq: i64,
    /// What it tells.
    pub kind: LogEntryKind,
    /// Who did it, as a member number.
    pub actor: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Details as a JSON object. Ids and settings; never message text.
    pub payload: String,
}

/// One position of a conversation's log, whatever it holds. Read in order, the positions have no gap.
#[derive(Debug, Clone)]
pub enum LogItem {
    /// A message, as it reads now.
    Message(Box<crate::message::Message>),
    /// What a deleted message leaves.
    Tombstone {
        /// Its position.
        seq: i64,
        /// When it was said.
        at: Timestamp,
    },
    /// Any other change.
    Entry(LogEntry),
}

impl LogItem {
    /// The position.
    pub fn seq(&self) -> i64 {
        match self {
            Self::Message(message) => message.seq,
            Self::Tombstone { seq, .. } => *seq,
            Self::Entry(entry) => entry.seq,
        }
    }
}
