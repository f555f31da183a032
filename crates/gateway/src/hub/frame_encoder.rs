//! How a conversation is told in one vocabulary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use parlor_engine::log::LogPage;
use parlor_model::conversation::ConversationState;
use parlor_model::id::MessageId;
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::realtime::EphemeralEvent;
use serde_json::Value;
use uuid::Uuid;

use super::presence_tracker::PresenceChange;

/// Something of a message that is not the same for all who hear of it: it is told to each of them by itself, in place of
/// the frame that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerSubscriberEvent {
    /// What it is called.
    pub name: &'static str,
    /// The message.
    pub message: MessageId,
    /// Whom it concerns.
    pub audience: EventAudience,
}

/// Whom something concerns that each listener is told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventAudience {
    /// Everybody.
    Everybody,
    /// The member whose opinion it is, and those who see everybody's; without a member everybody.
    RatingAuthor(Option<i64>),
}

/// The words of a vocabulary. Frames are made once for all who listen with a codec of one name.
pub trait FrameEncoder: Send + Sync + 'static {
    /// Different for codecs that tell things differently.
    fn cache_key(&self) -> &'static str;
    /// An entry of a log; nothing where the vocabulary has no word for it. What it names is in the chronicle.
    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<Utf8Bytes>;
    /// What is said before that word, where an entry takes several frames.
    fn encode_preceding(&self, item: &LogItem, known: &LogPage) -> Vec<Utf8Bytes> {
        let _ = (item, known);
        Vec::new()
    }
    /// What each listener is told by itself, where an entry shows something else to each. Only streams do so.
    fn per_subscriber_event(&self, item: &LogItem, known: &LogPage) -> Option<PerSubscriberEvent> {
        let _ = (item, known);
        None
    }
    /// Something passing.
    fn encode_ephemeral(&self, signal: &EphemeralEvent) -> Option<Utf8Bytes>;
    /// Who came and who went; nothing where the vocabulary does not tell.
    fn encode_presence(&self, change: &PresenceChange) -> Option<Utf8Bytes> {
        let _ = change;
        None
    }
}

/// What a listener gets: the bytes, and what its session must know of them.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The position in the log; none for a signal.
    pub seq: Option<i64>,
    /// What is sent; nothing where the vocabulary has no word for it.
    pub text: Option<Utf8Bytes>,
    /// What is sent before it, where the vocabulary needs several frames for one entry.
    pub preceding: Option<Arc<[Utf8Bytes]>>,
    /// What is told to each listener by itself.
    pub per_subscriber: Option<PerSubscriberEvent>,
    /// The connection that caused it, which is not told.
    pub origin: Option<Uuid>,
    /// What it means for who listens.
    pub effect: FrameEffect,
}

/// What an entry means for those who listen.
#[derive(Debug, Clone)]
pub enum FrameEffect {
    /// Nothing.
    None,
    /// These members take part no more.
    MembersLeft(Arc<[i64]>),
    /// The conversation is over.
    ConversationClosed,
    /// It could not be told: the codec failed. Going on would leave out a position.
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

    /// All that is sent, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Utf8Bytes> {
        let before = self.preceding.iter().flat_map(|texts| texts.iter());
        before.chain(&self.text)
    }
}

/// What a codec makes; nothing where it panics. It runs on tasks that serve others as well, and on the thread that has
/// committed: there a panic must end no more than what this codec's listeners hear. What it panicked with may be words
/// of the conversation.
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
