//! Encoded frames, and their effect on the subscriptions that receive them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parlor_engine::log::LogPage;
use parlor_model::conversation::ConversationState;
use parlor_model::id::MessageId;
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::message::MessageRole;
use parlor_model::realtime::EphemeralEvent;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::frame_encoder::{FrameEncoder, PerSubscriberEvent, StreamChange, StreamedItem};
use super::presence::PresenceChange;
use crate::disconnect::DisconnectReason;

/// Encoded entry or event, with what the session must know about it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Seq in the log; `None` for an ephemeral event.
    pub seq: Option<i64>,
    /// Text to send; `None` if the dialect has no frame for it.
    pub text: Option<Utf8Bytes>,
    /// Texts to send before it.
    pub(crate) preceding: Option<Arc<[Utf8Bytes]>>,
    /// Event that each subscriber encodes for itself.
    pub(crate) per_subscriber: Option<PerSubscriberEvent>,
    /// Connection that caused it and does not receive it.
    pub origin: Option<Uuid>,
    /// Effect on subscriptions.
    pub effect: FrameEffect,
    /// Part of a streamed answer.
    pub(crate) stream_part: Option<StreamPart>,
    /// The stored answer that the frame is of: it ends the stream of the answer.
    pub(crate) stored_answer: Option<MessageId>,
    /// What takes the place of the texts for subscribers that have received the stream of this message.
    pub(crate) streamed: Option<Arc<StreamedItem>>,
}

/// Part of a streamed answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamPart {
    /// Id that the message of the answer will have.
    pub(crate) message: MessageId,
    /// Which part.
    pub(crate) kind: StreamPartKind,
}

/// Which part of a streamed answer a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamPartKind {
    /// The beginning.
    Start {
        /// It has all text before the delta with this index.
        next_index: u32,
        /// Seq of the last message that the answer is about; subscribers receive that first.
        after_seq: i64,
    },
    /// The delta with this index.
    Delta(u32),
    /// The end of an answer that is not stored.
    End,
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
    pub(super) fn from_item(encoder: &dyn FrameEncoder, item: &LogItem, page: &LogPage) -> Self {
        let encoded = catch_encoder_panic(encoder, || {
            let per_subscriber = encoder.per_subscriber_event(item, page);
            (
                encoder.encode_preceding(item, page),
                encoder.encode_item(item, page),
                per_subscriber,
                encoder.encode_streamed(item, page),
            )
        });
        let (preceding, text, per_subscriber, streamed, effect) = match encoded {
            Some((preceding, text, per_subscriber, streamed)) => (
                preceding,
                text,
                per_subscriber,
                streamed,
                FrameEffect::from_item(item),
            ),
            None => (Vec::new(), None, None, None, FrameEffect::EncodeFailed),
        };
        Self {
            seq: Some(item.seq()),
            text,
            preceding: (!preceding.is_empty()).then(|| preceding.into()),
            per_subscriber,
            origin: None,
            effect,
            stream_part: None,
            stored_answer: match item {
                LogItem::Message(message) if message.role == MessageRole::Assistant => {
                    Some(message.id)
                }
                _ => None,
            },
            streamed: streamed.map(Arc::new),
        }
    }

    /// Encodes a change of a turn.
    pub(super) fn from_turn(
        encoder: &dyn FrameEncoder,
        (message, kind): (MessageId, StreamPartKind),
        change: &StreamChange<'_>,
    ) -> Self {
        let encoded = catch_encoder_panic(encoder, || encoder.encode_stream(message, change));
        let mut texts = encoded.unwrap_or_default();
        let text = texts.pop();
        Self {
            seq: None,
            text,
            preceding: (!texts.is_empty()).then(|| texts.into()),
            per_subscriber: None,
            origin: None,
            effect: FrameEffect::None,
            stream_part: Some(StreamPart { message, kind }),
            stored_answer: None,
            streamed: None,
        }
    }

    /// Returns the frame for a subscriber that has received the stream of the message.
    pub(crate) fn into_streamed(mut self) -> Self {
        if let Some(streamed) = self.streamed.take() {
            let mut texts = streamed.texts.clone();
            self.text = texts.pop();
            self.preceding = (!texts.is_empty()).then(|| texts.into());
        }
        self
    }

    pub(super) fn from_ephemeral(encoder: &dyn FrameEncoder, event: &EphemeralEvent) -> Self {
        Self {
            seq: None,
            text: catch_encoder_panic(encoder, || encoder.encode_ephemeral(event)).flatten(),
            preceding: None,
            per_subscriber: None,
            origin: Some(event.origin),
            effect: FrameEffect::None,
            stream_part: None,
            stored_answer: None,
            streamed: None,
        }
    }

    pub(super) fn from_presence(encoder: &dyn FrameEncoder, change: &PresenceChange) -> Self {
        Self {
            seq: None,
            text: catch_encoder_panic(encoder, || encoder.encode_presence(change)).flatten(),
            preceding: None,
            per_subscriber: None,
            origin: None,
            effect: FrameEffect::None,
            stream_part: None,
            stored_answer: None,
            streamed: None,
        }
    }

    /// Returns the texts to send to one connection: the acknowledgement in place of its own entry, and nothing for
    /// its own ephemeral events.
    pub(crate) fn text_for_connection(
        &self,
        connection_id: Uuid,
        pending_acks: &mut HashMap<i64, Utf8Bytes>,
    ) -> impl Iterator<Item = Utf8Bytes> {
        let seq = self.seq.filter(|_| !pending_acks.is_empty());
        let ack = seq.and_then(|seq| pending_acks.remove(&seq));
        let is_own = self.origin == Some(connection_id) || ack.is_some();
        let texts = (!is_own).then(|| self.texts().cloned());
        ack.filter(|text| !text.is_empty())
            .into_iter()
            .chain(texts.into_iter().flatten())
    }

    /// Iterates over all texts to send, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Utf8Bytes> {
        let preceding = self.preceding.iter().flat_map(|texts| texts.iter());
        preceding.chain(&self.text)
    }
}

/// Runs an encoder and returns `None` if it panics. Encoders run on tasks that serve other subscribers and on the
/// committing thread, so a panic must only affect subscribers of this encoder. The panic message is not logged since
/// it may contain message text.
fn catch_encoder_panic<T>(encoder: &dyn FrameEncoder, encode: impl FnOnce() -> T) -> Option<T> {
    let encoded = catch_unwind(AssertUnwindSafe(encode));
    if encoded.is_err() {
        tracing::error!(codec = encoder.cache_key(), "a codec panicked");
    }
    encoded.ok()
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

    /// Returns why the effect disconnects a member, if it does.
    pub(crate) fn disconnect_for(&self, member: i64) -> Option<DisconnectReason> {
        match self {
            Self::None => None,
            Self::MembersLeft(members) => members
                .contains(&member)
                .then_some(DisconnectReason::Forbidden),
            Self::ConversationClosed => Some(DisconnectReason::Closed),
            Self::EncodeFailed => Some(DisconnectReason::InternalError),
        }
    }
}
