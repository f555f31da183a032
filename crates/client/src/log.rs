//! A chat's log, as it is read and as it is heard.

use serde::Deserialize;

use crate::http::message::Message;

/// One entry of a chat's log.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The position, from 1 on, without a gap.
    pub seq: i64,
    /// When it was made: RFC 3339, in UTC.
    pub at: String,
    /// What happened.
    pub what: What,
}

/// What an entry tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// Somebody said something; one's own word too.
    MessageCreated(Message),
    /// A message was changed: how it reads now, unless it is gone by now.
    MessageUpdated {
        /// Which message.
        id: String,
        /// How it reads now.
        message: Option<Message>,
    },
    /// A message was deleted.
    MessageDeleted {
        /// Which message.
        id: String,
    },
    /// The chat was made.
    ChatCreated(News),
    /// The chat was changed.
    ChatUpdated(News),
    /// These users joined, as far as they still exist.
    Joined(Vec<String>),
    /// These users left or were removed, as far as they still exist.
    Left(Vec<String>),
    /// A position that holds nothing to show.
    Empty,
    /// Something this version of the library has no word for.
    Other {
        /// The server's word.
        event_type: String,
    },
}

/// What is new of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct News {
    /// The chat.
    #[serde(default)]
    pub id: String,
    /// Its new title.
    pub title: Option<String>,
    /// Its new status, `active` or `closed`.
    pub status: Option<String>,
}

/// A stretch of a chat's log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Log {
    /// The chat.
    pub chat_id: String,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// The newest position of the whole log.
    pub last_seq: i64,
    /// Whether there are entries behind these.
    pub has_more: bool,
}

/// An entry as it is sent.
#[derive(Deserialize)]
struct Frame {
    event_type: String,
    #[serde(default)]
    timestamp: String,
    seq: i64,
    message: Option<Message>,
    message_id: Option<String>,
    chat: Option<News>,
    user_ids: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Frame::deserialize(from).map(Self::from)
    }
}

impl From<Frame> for Entry {
    fn from(frame: Frame) -> Self {
        let Frame {
            event_type,
            timestamp,
            seq,
            message,
            message_id,
            chat,
            user_ids,
        } = frame;
        let what = match (event_type.as_str(), message, message_id) {
            ("message_created", Some(message), _) => What::MessageCreated(message),
            ("message_updated", message, Some(id)) => What::MessageUpdated { id, message },
            ("message_deleted", _, Some(id)) => What::MessageDeleted { id },
            ("chat_created", ..) => What::ChatCreated(chat.unwrap_or_default()),
            ("chat_updated", ..) => What::ChatUpdated(chat.unwrap_or_default()),
            ("participant_joined", ..) => What::Joined(user_ids.unwrap_or_default()),
            ("participant_left", ..) => What::Left(user_ids.unwrap_or_default()),
            ("empty", ..) => What::Empty,
            _ => What::Other { event_type },
        };
        Self {
            seq,
            at: timestamp,
            what,
        }
    }
}

impl Entry {
    /// One's own word, as the server confirmed it.
    pub(crate) fn of_own(seq: i64, at: String, message: Message) -> Self {
        Self {
            seq,
            at,
            what: What::MessageCreated(message),
        }
    }

    /// An entry of which only the place is understood.
    pub(crate) fn unread(seq: i64, event_type: &str) -> Self {
        let event_type = event_type.to_owned();
        Self {
            seq,
            at: String::new(),
            what: What::Other { event_type },
        }
    }

    /// The message that was said, where that is what the entry tells.
    pub fn message(&self) -> Option<&Message> {
        match &self.what {
            What::MessageCreated(message) => Some(message),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_keeps_its_place() {
        let text = r#"{"event_type":"poll_opened","timestamp":"t","seq":9,"poll":{"id":1},"message":null}"#;
        let entry: Entry = serde_json::from_str(text).unwrap();
        let event_type = "poll_opened".to_owned();
        assert_eq!(entry.seq, 9);
        assert_eq!(entry.what, What::Other { event_type });
    }

    #[test]
    fn a_stretch_is_read() {
        let text = r#"{"chat_id":"c","last_seq":3,"has_more":true,"entries":[
            {"event_type":"chat_created","timestamp":"t","seq":1,"chat":{"id":"c","title":"T"}},
            {"event_type":"message_created","timestamp":"t","seq":2,"message_id":"m","message":{"id":"m","content":"Hi",
             "sender_role":"user","media_type":null,"media_url":null,"created_at":"t","metadata":{"n":1},"seq":2,
             "sender_id":"u","client_message_id":null,"status":"complete"}}]}"#;
        let log: Log = serde_json::from_str(text).unwrap();
        assert_eq!(log.entries.len(), 2);
        assert_eq!(log.entries[1].message().unwrap().content, "Hi");
        assert!(
            matches!(&log.entries[0].what, What::ChatCreated(news) if news.title.as_deref() == Some("T"))
        );
    }
}
