//! A conversation as one listener follows it: from a position on, without a gap, and then live.

use std::future::poll_fn;
use std::sync::Arc;

use parlor_engine::log;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ErrorKind, ForbiddenReason};
use parlor_model::{Ctx, Error, Result};

use super::Hub;
use super::broadcaster::{Broadcaster, READ_BATCH_ENTRIES};
use super::direct_sink::DirectSink;
use super::fan_out::encode_page;
use super::frame_batch::FrameQueue;
use super::frame_encoder::FrameEncoder;
use super::queue_budget::{QueueBudget, byte_len};
use super::subscriber::{QueueItem, Subscriber};

/// Entries of the log that a listener who is behind reads first. What it reads waits in memory until it is taken, so of
/// long entries it reads fewer, of short ones more.
const FIRST_BATCH_ENTRIES: i64 = 32;
/// So much is enough to have waiting.
const TARGET_BATCH_BYTES: usize = 128 * 1024;

/// What a listener hears next.
#[derive(Debug)]
pub enum SubscriptionEvent {
    /// Entries in order, and signals.
    Frames(FrameQueue),
    /// It was too slow: what is between these positions now comes from the log.
    Lagged {
        /// The last position it has.
        from: i64,
        /// The last position there was.
        to: i64,
    },
    /// The conversation was deleted.
    Deleted,
}

/// One listener's place in a conversation. Leaves it when dropped.
pub struct Subscription {
    hub: Arc<Hub>,
    ctx: Ctx,
    conversation: i64,
    encoder: Arc<dyn FrameEncoder>,
    /// Everything up to here was given out before the live part began.
    delivered_seq: i64,
    /// Entries of the log read at a time.
    batch_entries: i64,
    budget: Arc<QueueBudget>,
    direct_sink: Option<Arc<dyn DirectSink>>,
    attachment: Option<(Arc<Broadcaster>, Arc<Subscriber>)>,
}

impl Subscription {
    pub(super) fn new(
        hub: Arc<Hub>,
        ctx: Ctx,
        conversation: i64,
        codec: Arc<dyn FrameEncoder>,
        after: i64,
        allowance: Arc<QueueBudget>,
    ) -> Self {
        Self {
            hub,
            ctx,
            conversation,
            encoder: codec,
            delivered_seq: after,
            batch_entries: FIRST_BATCH_ENTRIES,
            budget: allowance,
            direct_sink: None,
            attachment: None,
        }
    }

    /// Lets what comes leave by itself while the listener is idle.
    pub(crate) fn with_direct_sink(mut self, outlet: Arc<dyn DirectSink>) -> Self {
        self.direct_sink = Some(outlet);
        self
    }

    /// The last position that was given out.
    pub fn delivered_seq(&self) -> i64 {
        let live = self.attachment.as_ref();
        live.map_or(self.delivered_seq, |(_, reader)| reader.delivered_seq())
    }

    /// Whether it follows what happens, rather than reading what happened.
    pub fn is_live(&self) -> bool {
        self.attachment.is_some()
    }

    /// Whether the workspace has come to hide the conversation from the listener.
    pub(crate) async fn is_hidden(&self) -> bool {
        let hidden = self
            .hub
            .hidden_conversations(&self.ctx, vec![self.conversation])
            .await;
        !hidden.is_empty()
    }

    /// The listener is no longer idle: from now on it is told whatever comes.
    pub(crate) fn disable_direct(&self) {
        if let Some((_, reader)) = &self.attachment {
            reader.disable_direct();
        }
    }

    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Result<SubscriptionEvent> {
        self.next_with_direct(false).await
    }

    /// The same, and as long as it waits the listener may be idle: then only what cannot leave by itself is heard of.
    pub(crate) async fn next_with_direct(&mut self, is_idle: bool) -> Result<SubscriptionEvent> {
        loop {
            match &self.attachment {
                None => {
                    // Apart, so that one who follows holds no room for it.
                    if let Some(heard) = Box::pin(self.catch_up()).await? {
                        return Ok(heard);
                    }
                }
                Some((_, reader)) => match poll_fn(|cx| reader.poll_dequeue(cx, is_idle)).await {
                    QueueItem::Frames(frames) => return Ok(SubscriptionEvent::Frames(frames)),
                    QueueItem::Lagged(to) => {
                        self.detach();
                        let from = self.delivered_seq;
                        return Ok(SubscriptionEvent::Lagged { from, to });
                    }
                    QueueItem::Deleted => return Ok(SubscriptionEvent::Deleted),
                },
            }
        }
    }

    /// A stretch of the log, or nothing once there is no more of it and the live part has begun.
    /// Nothing is lost when the wait is given up.
    pub async fn catch_up(&mut self) -> Result<Option<SubscriptionEvent>> {
        if self.is_live() {
            return Ok(None);
        }
        let key = ConversationKey::Number(self.conversation);
        let engine = &self.hub.engine;
        let found = match log::read_page(
            engine,
            &self.ctx,
            key,
            self.delivered_seq,
            self.batch_entries,
        )
        .await
        {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => {
                // What is hidden is as unknown as what is gone; one who follows it already is told which it is.
                return match self.is_hidden().await {
                    true => Err(Error::forbidden(ForbiddenReason::NotParticipant)),
                    false => Ok(Some(SubscriptionEvent::Deleted)),
                };
            }
            Err(error) => return Err(error),
        };
        if !found.items.is_empty() {
            let frames = FrameQueue::from(encode_page(&*self.encoder, &found));
            self.delivered_seq = frames.last_seq().unwrap_or(self.delivered_seq);
            self.batch_entries = match byte_len(frames.iter()) {
                ..TARGET_BATCH_BYTES => (self.batch_entries * 2).min(READ_BATCH_ENTRIES),
                _ => (self.batch_entries / 2).max(1),
            };
            return Ok(Some(SubscriptionEvent::Frames(frames)));
        }
        let reader = Arc::new(Subscriber::new(
            self.encoder.clone(),
            self.delivered_seq,
            self.budget.clone(),
            self.direct_sink.clone(),
        ));
        let place = (self.ctx.workspace, self.conversation);
        if let Some(room) = self.hub.attach(place, &reader, self.delivered_seq) {
            self.attachment = Some((room, reader));
        }
        Ok(None)
    }

    fn detach(&mut self) {
        if let Some((room, reader)) = self.attachment.take() {
            // Somebody may be handing out to it at this moment.
            reader.disable_direct();
            self.delivered_seq = reader.delivered_seq();
            self.hub
                .detach(self.ctx.ws(), self.conversation, &room, &reader);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.detach();
    }
}
