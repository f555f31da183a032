//! What is heard.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::close::{CloseReason, ConnectionError};
use crate::log::ChatLogEntry;

/// What [`crate::EventReceiver::next`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The socket is open, for the first time or again.
    Connected(ConnectionInfo),
    /// The next entry of the chat's log.
    Entry(Box<ChatLogEntry>),
    /// Somebody began to type, or stopped.
    Typing {
        /// Who.
        user: String,
        /// Whether it began.
        is_typing: bool,
    },
    /// Somebody has read up to a position.
    Read {
        /// Who.
        user: String,
        /// The position.
        seq: i64,
    },
    /// This side read more slowly than things happen. Nothing is lost: what is between the two positions comes from the
    /// log.
    Lagged {
        /// The last position that was sent.
        from: i64,
        /// The last one there was.
        to: i64,
    },
    /// The connection was lost, and is being made again.
    Disconnected(ConnectionError),
    /// The socket has ended. Nothing follows.
    Closed(CloseReason),
    /// Something this version of the library has no word for.
    Unknown {
        /// The server's word.
        event_type: String,
        /// The whole of it.
        fields: Map<String, Value>,
    },
}

/// An open connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// Where it takes up the log.
    pub resume: ResumeOutcome,
    /// The next entry that is heard is the one after this position.
    pub after_seq: i64,
    /// The newest position of the log when it was opened.
    pub head_seq: i64,
    /// The history that positions are of.
    pub epoch: String,
    /// The server's name for the connection.
    pub connection_id: String,
}

/// Where a connection takes up the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeOutcome {
    /// From now on: the first entry heard is the next one to be made.
    FromNow,
    /// Where the last one ended: nothing is missing in between.
    Resumed,
    /// From now on, although there was a position to go on from: the log was restored from a backup, or is another.
    /// What was heard of this chat before may not be so any more; read it afresh.
    Reset,
}

/// How far a reader has come, to be kept until the next time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamPosition {
    /// The last position that was heard.
    pub seq: i64,
    /// The history it is of.
    pub epoch: String,
}
