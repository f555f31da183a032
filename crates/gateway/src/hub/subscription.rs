//! Subscription of one connection to one conversation: replay from a seq without gaps, then live.

use std::future::poll_fn;
use std::sync::Arc;

use parlor_engine::{log, turn};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ErrorKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::{Ctx, Error, Result};

use super::Hub;
use super::broadcaster::{Broadcaster, READ_BATCH_ENTRIES};
use super::direct_sink::DirectSink;
use super::fan_out::encode_page;
use super::frame::{Frame, StreamPartKind};
use super::frame_batch::FrameQueue;
use super::frame_encoder::{FrameEncoder, StreamChange};
use super::queue_budget::{QueueBudget, byte_len};
use super::subscriber::{JoinedStream, QueueItem, StreamProgress, Subscriber};

/// Log entries of the first read during catch-up. Pages are held in memory until sent, so the number adapts to the
/// size of entries.
const FIRST_BATCH_ENTRIES: i64 = 32;
/// Bytes of a page below which the next one has more entries.
const TARGET_BATCH_BYTES: usize = 128 * 1024;

/// Next event of a subscription.
#[derive(Debug)]
pub enum SubscriptionEvent {
    /// Log entries in order, and ephemeral events.
    Frames(FrameQueue),
    /// The queue overflowed. The entries between these seqs are read from the log.
    Lagged {
        /// Last delivered seq.
        from: i64,
        /// Last seq known then.
        to: i64,
    },
    /// The conversation was deleted.
    Deleted,
}

/// Subscription to a conversation; dropping it unsubscribes.
pub struct Subscription {
    hub: Arc<Hub>,
    ctx: Ctx,
    conversation: i64,
    encoder: Arc<dyn FrameEncoder>,
    /// Entries up to here were delivered before the live part began.
    delivered_seq: i64,
    /// Log entries of the next read.
    batch_entries: i64,
    /// What was received of streamed answers before the live part began.
    stream: StreamProgress,
    budget: Arc<QueueBudget>,
    direct_sink: Option<Arc<dyn DirectSink>>,
    attachment: Option<(Arc<Broadcaster>, Arc<Subscriber>)>,
}

impl Subscription {
    pub(super) fn new(
        hub: Arc<Hub>,
        ctx: Ctx,
        conversation: i64,
        encoder: Arc<dyn FrameEncoder>,
        after_seq: i64,
        budget: Arc<QueueBudget>,
    ) -> Self {
        Self {
            hub,
            ctx,
            conversation,
            encoder,
            delivered_seq: after_seq,
            batch_entries: FIRST_BATCH_ENTRIES,
            stream: StreamProgress::default(),
            budget,
            direct_sink: None,
            attachment: None,
        }
    }

    /// Sends frames directly while the connection is idle.
    pub(crate) fn with_direct_sink(mut self, sink: Arc<dyn DirectSink>) -> Self {
        self.direct_sink = Some(sink);
        self
    }

    /// Returns the last delivered seq.
    pub(crate) fn delivered_seq(&self) -> i64 {
        let live = self.attachment.as_ref();
        live.map_or(self.delivered_seq, |(_, subscriber)| {
            subscriber.delivered_seq()
        })
    }

    /// Returns whether the subscription is caught up and live.
    pub fn is_live(&self) -> bool {
        self.attachment.is_some()
    }

    /// Returns whether the workspace now hides the conversation from the subscriber.
    pub(crate) async fn is_hidden(&self) -> bool {
        let hidden = self
            .hub
            .hidden_conversations(&self.ctx, vec![self.conversation])
            .await;
        !hidden.is_empty()
    }

    /// Ends the idle state: all further frames are queued.
    pub(crate) fn disable_direct(&self) {
        if let Some((_, subscriber)) = &self.attachment {
            subscriber.disable_direct();
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// `Forbidden` if the conversation is now hidden, and errors of reading the log.
    ///
    /// # Cancel safety
    /// No event is lost.
    pub async fn next(&mut self) -> Result<SubscriptionEvent> {
        self.next_with_direct(false).await
    }

    /// Waits like [`Self::next`]. If `is_idle`, frames may be sent directly while it waits; it then returns only what
    /// could not be sent.
    pub(crate) async fn next_with_direct(&mut self, is_idle: bool) -> Result<SubscriptionEvent> {
        loop {
            match &self.attachment {
                None => {
                    // Boxed so that a live subscription's future has no room for it.
                    if let Some(event) = Box::pin(self.catch_up()).await? {
                        return Ok(event);
                    }
                }
                Some((_, subscriber)) => {
                    match poll_fn(|cx| subscriber.poll_dequeue(cx, is_idle)).await {
                        QueueItem::Frames(frames) => return Ok(SubscriptionEvent::Frames(frames)),
                        QueueItem::Lagged(to) => {
                            self.detach();
                            let from = self.delivered_seq;
                            return Ok(SubscriptionEvent::Lagged { from, to });
                        }
                        QueueItem::Deleted => return Ok(SubscriptionEvent::Deleted),
                    }
                }
            }
        }
    }

    /// Reads the next page of the log. Returns `None` when there is none and the subscription has become live, or may
    /// be retried.
    ///
    /// # Cancel safety
    /// No event is lost.
    pub async fn catch_up(&mut self) -> Result<Option<SubscriptionEvent>> {
        if self.is_live() {
            return Ok(None);
        }
        let key = ConversationKey::Number(self.conversation);
        let engine = &self.hub.engine;
        let page = match log::read_page(
            engine,
            &self.ctx,
            key,
            self.delivered_seq,
            self.batch_entries,
        )
        .await
        {
            Ok(page) => page,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => {
                // Reading cannot distinguish hidden from deleted; an existing subscriber needs to know which it is.
                return match self.is_hidden().await {
                    true => Err(Error::forbidden(ForbiddenReason::NotParticipant)),
                    false => Ok(Some(SubscriptionEvent::Deleted)),
                };
            }
            Err(error) => return Err(error),
        };
        if !page.items.is_empty() {
            let frames = FrameQueue::from(encode_page(&*self.encoder, &page));
            self.delivered_seq = frames.last_seq().unwrap_or(self.delivered_seq);
            for stored in frames.iter().filter_map(|frame| frame.stored_answer) {
                self.stream.note_stored(stored);
            }
            self.batch_entries = match byte_len(frames.iter()) {
                ..TARGET_BATCH_BYTES => (self.batch_entries * 2).min(READ_BATCH_ENTRIES),
                _ => (self.batch_entries / 2).max(1),
            };
            return Ok(Some(SubscriptionEvent::Frames(frames)));
        }
        let ended = self.find_ended_stream().await?;
        let subscriber = Subscriber::new(
            self.encoder.clone(),
            self.delivered_seq,
            self.budget.clone(),
            self.direct_sink.clone(),
        );
        let stream = std::mem::take(&mut self.stream);
        let subscriber = Arc::new(subscriber.with_stream(stream));
        let topic = (self.ctx.workspace, self.conversation);
        if let Some(broadcaster) = self.hub.attach(topic, &subscriber, self.delivered_seq) {
            subscriber.join_stream(|| self.find_stream(ended));
            self.attachment = Some((broadcaster, subscriber));
        } else {
            self.stream = subscriber.take_stream();
        }
        Ok(None)
    }

    /// Returns the message of the answer that this node takes for under way, if it is over: its end was lost, or is not
    /// published yet, although its message is in the log.
    async fn find_ended_stream(&self) -> Result<Option<MessageId>> {
        turn::find_ended_live(&self.hub.engine, self.conversation).await
    }

    /// Returns the answer that is being streamed, unless it is known to be over. Its beginning has its text so far.
    fn find_stream(&self, ended: Option<MessageId>) -> Option<JoinedStream> {
        let turn = self.hub.engine.live_turns().find(self.conversation)?;
        if ended == Some(turn.message) {
            return None;
        }
        let change = StreamChange::Start {
            author: turn.author.as_ref(),
            reply_to: turn.reply_to,
            text: &turn.text,
            next_index: turn.next_index,
        };
        let start = StreamPartKind::Start {
            next_index: turn.next_index,
            after_seq: turn.after_seq,
        };
        let frame = Frame::from_turn(&*self.encoder, (turn.message, start), &change);
        Some(JoinedStream {
            message: turn.message,
            // Whoever has missed a part receives the stored message.
            start: (frame.text.is_some() && !turn.has_gap).then_some(frame),
        })
    }

    fn detach(&mut self) {
        if let Some((broadcaster, subscriber)) = self.attachment.take() {
            // A delivery may be running at this moment.
            subscriber.disable_direct();
            self.delivered_seq = subscriber.delivered_seq();
            self.stream = subscriber.take_stream();
            self.hub
                .detach(self.ctx.ws(), self.conversation, &broadcaster, &subscriber);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.detach();
    }
}
