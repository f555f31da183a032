//! Events of a socket.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::close::{CloseReason, ConnectionError};
use crate::log::ChatLogEntry;

/// Event returned by [`crate::EventReceiver::next`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The socket is connected, for the first time or again.
    Connected(ConnectionInfo),
    /// Next entry of the chat's log.
    Entry(Box<ChatLogEntry>),
    /// A user started or stopped typing.
    Typing {
        /// User id.
        user: String,
        /// Whether typing started.
        is_typing: bool,
    },
    /// A user has read the chat up to a seq.
    Read {
        /// User id.
        user: String,
        /// Last read seq.
        seq: i64,
    },
    /// The reader was too slow. Nothing is lost: the entries between these seqs are replayed from the log.
    Lagged {
        /// Last delivered seq.
        from: i64,
        /// Last seq known then.
        to: i64,
    },
    /// The connection was lost; the client reconnects.
    Disconnected(ConnectionError),
    /// The socket is closed. Last event.
    Closed(CloseReason),
    /// An event unknown to this version of the library.
    Unknown {
        /// Event type.
        event_type: String,
        /// All fields.
        fields: Map<String, Value>,
    },
}

/// Open connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// Where the log is resumed.
    pub resume: ResumeOutcome,
    /// The next entry is the one after this seq.
    pub after_seq: i64,
    /// Head of the log when the connection opened.
    pub head_seq: i64,
    /// Epoch of the log.
    pub epoch: String,
    /// Server's id of the connection.
    pub connection_id: String,
}

/// Where a connection resumes the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeOutcome {
    /// At the head: the next entry is the next one written.
    FromNow,
    /// At the last position, without gaps.
    Resumed,
    /// At the head although a position was given: the log was restored from a backup or is another one. Entries
    /// received before may no longer be valid; read the chat again.
    Reset,
}

/// Position of a reader, to be stored for the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamPosition {
    /// Last received seq.
    pub seq: i64,
    /// Epoch of the log.
    pub epoch: String,
}
