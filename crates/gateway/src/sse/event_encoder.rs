//! Dialect side of an event stream.

use std::future::Future;

use parlor_engine::log::LogPage;
use parlor_model::Result;
use parlor_model::id::MessageId;
use parlor_model::log::LogItem;
use parlor_model::realtime::EphemeralEvent;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::event::SseEvent;
use super::stream_epoch::StreamEpoch;
use crate::disconnect::DisconnectReason;
use crate::hub::{FrameEncoder, PerSubscriberEvent, ResumePoint, StreamChange};

/// Encodes log entries and ephemeral events. Entries are encoded once for all streams of a conversation, so events
/// must not contain subscriber-specific data.
pub trait EventEncoder: Send + Sync + 'static {
    /// Cache key, different for encoders with different output.
    const CACHE_KEY: &'static str;
    /// Encodes a log entry; `None` if the dialect has no event for it. `page` holds the entities it refers to.
    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<SseEvent>;
    /// Returns the event that the stream's [`StreamAuthorizer`] encodes for its own reader.
    fn per_subscriber_event(&self, item: &LogItem, page: &LogPage) -> Option<PerSubscriberEvent> {
        let _ = (item, page);
        None
    }
    /// Encodes an ephemeral event.
    fn encode_ephemeral(&self, event: &EphemeralEvent) -> Option<SseEvent>;
    /// Encodes a change of an assistant's answer that is streamed; `None` if the dialect has no event for it. The stored
    /// message has an event of its own.
    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Option<SseEvent> {
        let _ = (message, change);
        None
    }
    /// Encodes the first event, which reports where the log is resumed.
    fn opened_event(&self, resume_point: ResumePoint) -> SseEvent;
    /// Encodes the last event, if the server ends the stream.
    fn ended_event(&self, reason: DisconnectReason) -> SseEvent;
}

/// Credential of an open stream.
pub trait StreamAuthorizer: Send + Sync + 'static {
    /// Checks that the credential is valid and the reader may still read.
    fn reauthorize(&self) -> impl Future<Output = Result<()>> + Send;

    /// Encodes a per-subscriber event for this reader; `None` if it does not concern the reader or the message is
    /// deleted.
    ///
    /// # Errors
    /// Those of [`StreamAuthorizer::reauthorize`], and of reading.
    fn encode_per_subscriber(
        &self,
        per_subscriber: PerSubscriberEvent,
    ) -> impl Future<Output = Result<Option<SseEvent>>> + Send {
        let _ = per_subscriber;
        async { Ok(None) }
    }
}

/// Adapts an [`EventEncoder`] to [`FrameEncoder`], with event ids.
pub(super) struct SseFrameEncoder<W> {
    pub(super) encoder: std::sync::Arc<W>,
    pub(super) epoch: StreamEpoch,
}

impl<W: EventEncoder> FrameEncoder for SseFrameEncoder<W> {
    fn cache_key(&self) -> &'static str {
        W::CACHE_KEY
    }

    fn encode_item(&self, item: &LogItem, page: &LogPage) -> Option<Utf8Bytes> {
        let event = self.encoder.encode_item(item, page)?;
        Some(event.to_text(Some(&self.epoch.event_id(item.seq()))).into())
    }

    fn per_subscriber_event(&self, item: &LogItem, page: &LogPage) -> Option<PerSubscriberEvent> {
        self.encoder.per_subscriber_event(item, page)
    }

    fn encode_ephemeral(&self, event: &EphemeralEvent) -> Option<Utf8Bytes> {
        self.encoder
            .encode_ephemeral(event)
            .map(|event| event.to_text(None).into())
    }

    fn encode_stream(&self, message: MessageId, change: &StreamChange<'_>) -> Vec<Utf8Bytes> {
        let event = self.encoder.encode_stream(message, change);
        let text = event.map(|event| event.to_text(None).into());
        text.into_iter().collect()
    }
}
