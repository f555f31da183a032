//! Encoding of a conversation for the subscribers of one dialect and version.
//!
//! Keeps INV-42 (`docs/invariants.md`).

use parlor_engine::log::LogPage;
use parlor_model::id::MessageId;
use parlor_model::log::LogItem;
use parlor_model::member::MemberRef;
use parlor_model::realtime::EphemeralEvent;
use parlor_model::turn::{TurnDelta, TurnError, TurnFinish};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::presence::PresenceChange;

/// Message update whose content differs by subscriber, so that each one encodes it for itself instead of sharing a
/// frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerSubscriberEvent {
    /// Event name.
    pub name: &'static str,
    /// Message.
    pub message: MessageId,
    /// Subscribers concerned.
    pub audience: EventAudience,
}

/// Subscribers that a per-subscriber event concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventAudience {
    /// All subscribers.
    Everybody,
    /// The author of the rating, by member number, and members who see all ratings; all subscribers if `None`.
    RatingAuthor(Option<i64>),
}

/// Change of an assistant's answer that is streamed.
#[derive(Debug)]
pub enum StreamChange<'a> {
    /// The answer has begun, or a subscriber joins it.
    Start {
        /// The assistant; `None` if it is no member.
        author: Option<&'a MemberRef>,
        /// The message of a person that it answers, if there is one.
        reply_to: Option<MessageId>,
        /// Text so far.
        text: &'a str,
        /// Index of the next delta.
        next_index: u32,
    },
    /// More text.
    Delta(&'a TurnDelta),
    /// The answer is over and not stored.
    End {
        /// How it ended.
        finish: TurnFinish,
        /// Why it failed, if it did.
        error: Option<TurnError>,
    },
}

/// Frames of a stored message for subscribers that have received its stream.
#[derive(Debug)]
pub struct StreamedItem {
    /// The message.
    pub message: MessageId,
    /// The frames, in order.
    pub texts: Vec<Utf8Bytes>,
}

/// Encodes log entries and events into frames. Frames are encoded once for all subscribers whose encoders have the
/// same key, so they must not contain subscriber-specific data.
pub trait FrameEncoder: Send + Sync + 'static {
    /// Cache key, different for encoders with different output.
    fn cache_key(&self) -> &'static str;
    /// Encodes a log entry; `None` if the dialect has no frame for it. `page` holds the entities it refers to.
    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<Utf8Bytes>;
    /// Encodes frames to send before that of the entry.
    fn encode_preceding(&self, item: &LogItem, page: &LogPage) -> Vec<Utf8Bytes> {
        let _ = (item, page);
        Vec::new()
    }
    /// Returns the event that each subscriber encodes for itself. Only event streams use it.
    fn per_subscriber_event(&self, item: &LogItem, page: &LogPage) -> Option<PerSubscriberEvent> {
        let _ = (item, page);
        None
    }
    /// Encodes an ephemeral event.
    fn encode_ephemeral(&self, event: &EphemeralEvent) -> Option<Utf8Bytes>;
    /// Encodes a change of a streamed answer as frames, in order.
    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Vec<Utf8Bytes> {
        let _ = (message, change);
        Vec::new()
    }
    /// Encodes the stored message of a streamed answer for subscribers that have received the stream; `None` if they
    /// get what the others get.
    fn encode_streamed(&self, item: &LogItem, page: &LogPage) -> Option<StreamedItem> {
        let _ = (item, page);
        None
    }
    /// Encodes a presence change; `None` if the dialect reports none.
    fn encode_presence(&self, change: &PresenceChange) -> Option<Utf8Bytes> {
        let _ = change;
        None
    }
}
