//! Entries of a chat's log.

use serde::Deserialize;

use crate::message::MessageResponse;

/// Entry of a chat's log.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChatLogEntry {
    /// Position in the log, from 1, without gaps.
    pub seq: i64,
    /// Time: RFC 3339, in UTC.
    pub timestamp: String,
    /// Event.
    pub event: LogEvent,
}

/// Event of a log entry.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum LogEvent {
    /// A message was sent, by this client or another.
    MessageCreated(MessageResponse),
    /// A message was edited.
    MessageUpdated {
        /// Message id.
        id: String,
        /// Current message; `None` if it was deleted since.
        message: Option<MessageResponse>,
    },
    /// A message was deleted.
    MessageDeleted {
        /// Message id.
        id: String,
    },
    /// The chat was created.
    ChatCreated(ChatChanges),
    /// The chat was updated.
    ChatUpdated(ChatChanges),
    /// Ids of users who joined and still exist.
    UsersJoined(Vec<String>),
    /// Ids of users who left or were removed and still exist.
    UsersLeft(Vec<String>),
    /// A seq without content.
    Tombstone,
    /// An event unknown to this version of the library.
    Unknown {
        /// Event type.
        event_type: String,
    },
}

/// Changed fields of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ChatChanges {
    /// Chat id.
    #[serde(default)]
    pub id: String,
    /// New title.
    pub title: Option<String>,
    /// New status, `active` or `closed`.
    pub status: Option<String>,
}

/// Page of a chat's log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ListLogResponse {
    /// Chat id.
    pub chat_id: String,
    /// Entries in order.
    pub entries: Vec<ChatLogEntry>,
    /// Head of the log.
    pub last_seq: i64,
    /// Whether there are more entries.
    pub has_more: bool,
}

/// Entry as serialized.
#[derive(Deserialize)]
struct LogEntryFrame {
    event_type: String,
    #[serde(default)]
    timestamp: String,
    seq: i64,
    message: Option<MessageResponse>,
    message_id: Option<String>,
    chat: Option<ChatChanges>,
    user_ids: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for ChatLogEntry {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        LogEntryFrame::deserialize(from).map(Self::from)
    }
}

impl From<LogEntryFrame> for ChatLogEntry {
    fn from(frame: LogEntryFrame) -> Self {
        let LogEntryFrame {
            event_type,
            timestamp,
            seq,
            message,
            message_id,
            chat,
            user_ids,
        } = frame;
        let event = match (event_type.as_str(), message, message_id) {
            ("message_created", Some(message), _) => LogEvent::MessageCreated(message),
            ("message_updated", message, Some(id)) => LogEvent::MessageUpdated { id, message },
            ("message_deleted", _, Some(id)) => LogEvent::MessageDeleted { id },
            ("chat_created", ..) => LogEvent::ChatCreated(chat.unwrap_or_default()),
            ("chat_updated", ..) => LogEvent::ChatUpdated(chat.unwrap_or_default()),
            ("participant_joined", ..) => LogEvent::UsersJoined(user_ids.unwrap_or_default()),
            ("participant_left", ..) => LogEvent::UsersLeft(user_ids.unwrap_or_default()),
            ("empty", ..) => LogEvent::Tombstone,
            _ => LogEvent::Unknown { event_type },
        };
        Self {
            seq,
            timestamp,
            event,
        }
    }
}

impl ChatLogEntry {
    /// Creates the entry of an acknowledged own message.
    pub(crate) fn from_ack(seq: i64, timestamp: String, message: MessageResponse) -> Self {
        Self {
            seq,
            timestamp,
            event: LogEvent::MessageCreated(message),
        }
    }

    /// Creates an entry with unknown content.
    pub(crate) fn unknown(seq: i64, event_type: &str) -> Self {
        let event_type = event_type.to_owned();
        Self {
            seq,
            timestamp: String::new(),
            event: LogEvent::Unknown { event_type },
        }
    }

    /// Returns the message of a `MessageCreated` entry.
    pub fn message(&self) -> Option<&MessageResponse> {
        match &self.event {
            LogEvent::MessageCreated(message) => Some(message),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_event_keeps_its_seq() {
        let text = r#"{"event_type":"poll_opened","timestamp":"t","seq":9,"poll":{"id":1},"message":null}"#;
        let entry: ChatLogEntry = serde_json::from_str(text).unwrap();
        let event_type = "poll_opened".to_owned();
        assert_eq!(entry.seq, 9);
        assert_eq!(entry.event, LogEvent::Unknown { event_type });
    }

    #[test]
    fn log_page_is_deserialized() {
        let text = r#"{"chat_id":"c","last_seq":3,"has_more":true,"entries":[
            {"event_type":"chat_created","timestamp":"t","seq":1,"chat":{"id":"c","title":"T"}},
            {"event_type":"message_created","timestamp":"t","seq":2,"message_id":"m","message":{"id":"m","content":"Hi",
             "sender_role":"user","media_type":null,"media_url":null,"created_at":"t","metadata":{"n":1},"seq":2,
             "sender_id":"u","client_message_id":null,"status":"complete"}}]}"#;
        let log: ListLogResponse = serde_json::from_str(text).unwrap();
        assert_eq!(log.entries.len(), 2);
        assert_eq!(log.entries[1].message().unwrap().content, "Hi");
        assert!(
            matches!(&log.entries[0].event, LogEvent::ChatCreated(news) if news.title.as_deref() == Some("T"))
        );
    }
}
