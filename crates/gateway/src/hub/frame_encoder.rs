//! Encoding of a conversation for the subscribers of one dialect and version.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use parlor_engine::conversation::LogPage;
use parlor_model::conversation::ConversationState;
use parlor_model::id::MessageId;
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::realtime::EphemeralEvent;
use serde_json::Value;
use uuid::Uuid;

use super::presence_tracker::PresenceChange;

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

/// Encodes log entries and events into frames. Frames are encoded once for all subscribers whose encoders have the
/// same key, so they must not contain subscriber-specific data.
pub trait FrameEncoder: Send + Sync + 'static {
    /// Cache key, different for encoders with different output.
    fn cache_key(&self) -> &'static str;
    /// Encodes a log entry; `None` if the dialect has no frame for it. `known` holds the entities it refers to.
    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<Utf8Bytes>;
    /// Encodes frames to send before that of the entry.
    fn encode_preceding(&self, item: &LogItem, known: &LogPage) -> Vec<Utf8Bytes> {
        let _ = (item, known);
        Vec::new()
    }
    /// Returns the event that each subscriber encodes for itself. Only event streams use it.
    fn per_subscriber_event(&self, item: &LogItem, known: &LogPage) -> Option<PerSubscriberEvent> {
        let _ = (item, known);
        None
    }
    /// Encodes an ephemeral event.
    fn encode_ephemeral(&self, signal: &EphemeralEvent) -> Option<Utf8Bytes>;
    /// Encodes a presence change; `None` if the dialect reports none.
    fn encode_presence(&self, change: &PresenceChange) -> Option<Utf8Bytes> {
        let _ = change;
        None
    }
}

/// Encoded entry or event, with what the session must know about it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Seq in the log; `None` for an ephemeral event.
    pub seq: Option<i64>,
    /// Text to send; `None` if the dialect has no frame for it.
    pub text: Option<Utf8Bytes>,
    /// Texts to send before it.
    pub preceding: Option<Arc<[Utf8Bytes]>>,
    /// Event that each subscriber encodes for itself.
    pub per_subscriber: Option<PerSubscriberEvent>,
    /// Connection that caused it and does not receive it.
    pub origin: Option<Uuid>,
    /// Effect on subscriptions.
    pub effect: FrameEffect,
}

/// Effect of a log entry on the subscriptions.
#[derive(Debug, Clone)]
pub enum FrameEffect {
    /// No effect.
    None,
    /// These members left or were removed.
    MembersLeft(Arc<[i64]>),
    /// The conversation was closed.
    ConversationClosed,
    /// The encoder panicked. Continuing would skip a seq.
    EncodeFailed,
}

impl Frame {
    pub(super) fn from_item(codec: &dyn FrameEncoder, item: &LogItem, known: &LogPage) -> Self {
        let made = catch_encoder_panic(codec, || {
            let apart = codec.per_subscriber_event(item, known);
            (
                codec.encode_preceding(item, known),
                codec.encode_item(item, known),
                apart,
            )
        });
        let (before, text, apart, turn) = match made {
            Some((before, text, apart)) => (before, text, apart, FrameEffect::from_item(item)),
            None => (Vec::new(), None, None, FrameEffect::EncodeFailed),
        };
        Self {
            seq: Some(item.seq()),
            text,
            preceding: (!before.is_empty()).then(|| before.into()),
            per_subscriber: apart,
            origin: None,
            effect: turn,
        }
    }

    pub(super) fn from_ephemeral(codec: &dyn FrameEncoder, signal: &EphemeralEvent) -> Self {
        Self {
            seq: None,
            text: catch_encoder_panic(codec, || codec.encode_ephemeral(signal)).flatten(),
            preceding: None,
            per_subscriber: None,
            origin: Some(signal.origin),
            effect: FrameEffect::None,
        }
    }

    pub(super) fn from_presence(codec: &dyn FrameEncoder, change: &PresenceChange) -> Self {
        Self {
            seq: None,
            text: catch_encoder_panic(codec, || codec.encode_presence(change)).flatten(),
            preceding: None,
            per_subscriber: None,
            origin: None,
            effect: FrameEffect::None,
        }
    }

    /// Iterates over all texts to send, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Utf8Bytes> {
        let before = self.preceding.iter().flat_map(|texts| texts.iter());
        before.chain(&self.text)
    }
}

/// Runs an encoder and returns `None` if it panics. Encoders run on tasks that serve other subscribers and on the
/// committing thread, so a panic must only affect subscribers of this encoder. The panic message is not logged since
/// it may contain message text.
fn catch_encoder_panic<T>(codec: &dyn FrameEncoder, make: impl FnOnce() -> T) -> Option<T> {
    let made = catch_unwind(AssertUnwindSafe(make));
    if made.is_err() {
        tracing::error!(codec = codec.cache_key(), "a codec panicked");
    }
    made.ok()
}

impl FrameEffect {
    fn from_item(item: &LogItem) -> Self {
        let LogItem::Entry(entry) = item else {
            return Self::None;
        };
        let payload = || serde_json::from_str::<Value>(&entry.payload).unwrap_or_default();
        match entry.kind {
            LogEntryKind::Left | LogEntryKind::Removed => {
                let payload = payload();
                let members = payload["members"].as_array().into_iter().flatten();
                Self::MembersLeft(members.filter_map(Value::as_i64).collect())
            }
            LogEntryKind::Changed if payload()["state"] == ConversationState::Closed.as_str() => {
                Self::ConversationClosed
            }
            _ => Self::None,
        }
    }
}
