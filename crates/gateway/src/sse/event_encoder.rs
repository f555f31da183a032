//! What a dialect says on a stream.

use std::future::Future;

use crate::socket::Utf8Bytes;
use parlor_engine::log::LogPage;
use parlor_model::Result;
use parlor_model::log::LogItem;
use parlor_model::realtime::EphemeralEvent;

use super::event::SseEvent;
use super::stream_epoch::StreamEpoch;
use crate::hub::{FrameEncoder, PerSubscriberEvent, ResumePoint};
use crate::socket::DisconnectReason;

/// The events of a vocabulary. What is told of the log is made once for all who read the conversation.
pub trait EventEncoder: Send + Sync + 'static {
    /// Different for words that tell things differently.
    const CACHE_KEY: &'static str;
    /// An entry of the log; nothing where there is no word for it. What it names is in the chronicle.
    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<SseEvent>;
    /// What each reader is told by itself, where an entry shows something else to each: the stream's [`StreamAuthorizer`] words it.
    fn per_subscriber_event(&self, item: &LogItem, known: &LogPage) -> Option<PerSubscriberEvent> {
        let _ = (item, known);
        None
    }
    /// Something passing.
    fn encode_ephemeral(&self, signal: &EphemeralEvent) -> Option<SseEvent>;
    /// Said first: where the stream takes up the log.
    fn opened_event(&self, taken: ResumePoint) -> SseEvent;
    /// Said last, where the stream does not end by itself: why it is over.
    fn ended_event(&self, why: DisconnectReason) -> SseEvent;
}

/// What opened a stream, and keeps it open.
pub trait StreamAuthorizer: Send + Sync + 'static {
    /// Whether what opened it would do so again: the credential holds, and the reader may read.
    fn reauthorize(&self) -> impl Future<Output = Result<()>> + Send;

    /// Words for what this reader is told by itself; nothing where it concerns others, or is gone meanwhile.
    ///
    /// # Errors
    /// Those of [`StreamAuthorizer::reauthorize`], and of reading.
    fn encode_per_subscriber(
        &self,
        apart: PerSubscriberEvent,
    ) -> impl Future<Output = Result<Option<SseEvent>>> + Send {
        let _ = apart;
        async { Ok(None) }
    }
}

/// A vocabulary's events with their positions.
pub(super) struct SseFrameEncoder<W> {
    pub(super) encoder: std::sync::Arc<W>,
    pub(super) epoch: StreamEpoch,
}

impl<W: EventEncoder> FrameEncoder for SseFrameEncoder<W> {
    fn cache_key(&self) -> &'static str {
        W::CACHE_KEY
    }

    fn encode_item(&self, item: &LogItem, known: &LogPage) -> Option<Utf8Bytes> {
        let event = self.encoder.encode_item(item, known)?;
        Some(event.to_text(Some(&self.epoch.event_id(item.seq()))).into())
    }

    fn per_subscriber_event(&self, item: &LogItem, known: &LogPage) -> Option<PerSubscriberEvent> {
        self.encoder.per_subscriber_event(item, known)
    }

    fn encode_ephemeral(&self, signal: &EphemeralEvent) -> Option<Utf8Bytes> {
        self.encoder
            .encode_ephemeral(signal)
            .map(|event| event.to_text(None).into())
    }
}
