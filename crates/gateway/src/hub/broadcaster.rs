//! Reads the log of one conversation once and fans it out to the local subscribers.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::Engine;
use parlor_engine::log::{self, LogPage};
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::ErrorKind;
use parlor_model::realtime::EphemeralEvent;
use parlor_model::scope::Scopes;
use parlor_model::turn::{TurnChange, TurnEvent};
use parlor_model::{Ctx, Error};
use uuid::Uuid;

use super::fan_out::FanOut;
use super::frame::{Frame, StreamPartKind};
use super::frame_encoder::{FrameEncoder, StreamChange};
use super::presence::PresenceChange;
use super::subscriber::Subscriber;

/// Log entries per read.
pub(super) const READ_BATCH_ENTRIES: i64 = 256;

/// Delay after the first failed read; doubles with each further one.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(50);
/// Longest delay after failed reads.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(5);

pub(super) struct Broadcaster {
    workspace: WorkspaceRef,
    conversation: i64,
    state: Mutex<State>,
}

struct State {
    /// Every subscriber has received or queued the entries up to here.
    delivered_seq: i64,
    /// The log is known to reach this seq.
    target_seq: i64,
    /// A task is reading the log.
    is_reading: bool,
    /// Copied on write while a delivery is running.
    subscribers: Arc<Vec<Arc<Subscriber>>>,
}

impl Broadcaster {
    pub(super) fn new(workspace: WorkspaceRef, conversation: i64, after_seq: i64) -> Self {
        Self {
            workspace,
            conversation,
            state: Mutex::new(State {
                delivered_seq: after_seq,
                target_seq: after_seq,
                is_reading: false,
                subscribers: Arc::default(),
            }),
        }
    }

    /// Adds a subscriber that has received everything up to `after_seq`. Returns false if the others are further ahead.
    pub(super) fn add_subscriber(&self, subscriber: &Arc<Subscriber>, after_seq: i64) -> bool {
        let mut state = self.state.lock();
        let caught_up = after_seq >= state.delivered_seq;
        if caught_up {
            Arc::make_mut(&mut state.subscribers).push(subscriber.clone());
        }
        caught_up
    }

    /// Removes a subscriber; returns whether any is left.
    pub(super) fn remove_subscriber(&self, subscriber: &Arc<Subscriber>) -> bool {
        let mut state = self.state.lock();
        Arc::make_mut(&mut state.subscribers).retain(|other| !Arc::ptr_eq(other, subscriber));
        !state.subscribers.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().subscribers.is_empty()
    }

    /// Records that the log reaches `seq`. Returns whether the caller must run [`Self::read_and_deliver`].
    pub(super) fn advance_target(&self, seq: i64) -> bool {
        let mut state = self.state.lock();
        state.target_seq = state.target_seq.max(seq);
        !std::mem::replace(&mut state.is_reading, true)
    }

    /// Returns the seq up to which every subscriber was served.
    pub(super) fn delivered_seq(&self) -> i64 {
        self.state.lock().delivered_seq
    }

    pub(super) fn close_deleted(&self) {
        for subscriber in self.state.lock().subscribers.iter() {
            subscriber.mark_deleted();
        }
    }

    /// Sends an ephemeral event to every subscriber but its originating connection.
    pub(super) fn broadcast_ephemeral(&self, event: &EphemeralEvent) {
        self.broadcast(|encoder| Frame::from_ephemeral(encoder, event));
    }

    /// Sends a presence change to every subscriber.
    pub(super) fn broadcast_presence(&self, change: &PresenceChange) {
        self.broadcast(|encoder| Frame::from_presence(encoder, change));
    }

    /// Sends a change of an assistant's turn to every subscriber.
    pub(super) fn broadcast_turn(&self, event: &TurnEvent) {
        let start = |author, reply_to, after_seq| {
            let change = StreamChange::Start {
                author,
                reply_to,
                text: "",
                next_index: 0,
            };
            let kind = StreamPartKind::Start {
                next_index: 0,
                after_seq,
            };
            (kind, change)
        };
        let (message, (kind, change)) = match &event.change {
            TurnChange::Started {
                answered_seq,
                author,
                reply_to,
            } => (
                event.message,
                start(author.as_ref(), *reply_to, *answered_seq),
            ),
            TurnChange::Delta(delta) => {
                let kind = StreamPartKind::Delta(delta.index);
                (event.message, (kind, StreamChange::Delta(delta)))
            }
            // What was said is a message, and the answer goes on as another one.
            TurnChange::RoundRecorded {
                last_seq,
                next,
                author,
                reply_to,
                ..
            } if *next != event.message => (*next, start(author.as_ref(), *reply_to, *last_seq)),
            TurnChange::Ended {
                finish,
                error,
                seq: None,
            } => {
                let change = StreamChange::End {
                    finish: *finish,
                    error: *error,
                };
                (event.message, (StreamPartKind::End, change))
            }
            // Subscribers receive the messages themselves.
            TurnChange::RoundRecorded { .. }
            | TurnChange::Ended { seq: Some(_), .. }
            | TurnChange::CancelRequested => return,
        };
        self.broadcast(|encoder| Frame::from_turn(encoder, (message, kind), &change));
    }

    /// Sends a frame without a seq, encoded once per encoder key.
    fn broadcast(&self, encode: impl Fn(&dyn FrameEncoder) -> Frame) {
        let mut frames: Vec<(&'static str, Frame)> = Vec::new();
        for subscriber in self.state.lock().subscribers.iter() {
            let cache_key = subscriber.encoder.cache_key();
            let known = frames.iter().find(|(known, _)| *known == cache_key);
            let frame = match known {
                Some((_, frame)) => frame.clone(),
                None => {
                    let frame = encode(&*subscriber.encoder);
                    frames.push((cache_key, frame.clone()));
                    frame
                }
            };
            if frame.text.is_some() {
                subscriber.enqueue_ephemeral(&frame);
            }
        }
    }

    /// Reads and delivers log pages until the subscribers have reached the target. A failed read is retried with
    /// growing delays, so that no subscriber skips an entry.
    pub(super) async fn read_and_deliver(&self, engine: &Engine) {
        let mut delay = MIN_RETRY_DELAY;
        loop {
            let (after_seq, target_seq) = {
                let state = self.state.lock();
                (state.delivered_seq, state.target_seq)
            };
            let read = self.read_page(engine, after_seq).await;
            if let Err(error) = &read
                && !matches!(error.kind(), ErrorKind::NotFound(_))
                && !self.is_empty()
            {
                tracing::warn!(?error, "a conversation was not read for its listeners");
                tokio::time::sleep(delay).await;
                delay = (delay * 2).min(MAX_RETRY_DELAY);
                continue;
            }
            let page = self.state.lock().apply_page(read, target_seq);
            if let Some((page, subscribers)) = page {
                FanOut::new(page).deliver_all(subscribers).await;
            }
            if self.state.lock().finish_if_caught_up() {
                return;
            }
        }
    }

    /// Makes all subscribers read the log by themselves, after the reading task has panicked. The next log update
    /// starts a new task.
    pub(super) fn lag_subscribers(&self) {
        let mut state = self.state.lock();
        state.is_reading = false;
        state
            .subscribers
            .iter()
            .for_each(|subscriber| subscriber.mark_lagged());
    }

    async fn read_page(&self, engine: &Engine, after: i64) -> Result<LogPage, Error> {
        let ctx = Ctx::unbound(self.workspace, Scopes::all(), Uuid::nil());
        let key = ConversationKey::Number(self.conversation);
        log::read_page(engine, &ctx, key, after, READ_BATCH_ENTRIES).await
    }
}

impl State {
    /// Applies a page that was read when the target was `target_seq`. Returns the page and the subscribers to deliver it
    /// to; subscribers added later are ahead of it or read it themselves.
    fn apply_page(
        &mut self,
        read: Result<LogPage, Error>,
        target_seq: i64,
    ) -> Option<(LogPage, Arc<Vec<Arc<Subscriber>>>)> {
        let Ok(page) = read else {
            // The conversation was deleted, or no subscriber is left.
            self.target_seq = self.delivered_seq;
            self.subscribers
                .iter()
                .for_each(|subscriber| subscriber.mark_deleted());
            return None;
        };
        if let Some(item) = page.items.last() {
            self.delivered_seq = self.delivered_seq.max(item.seq());
        }
        // An announced entry that the read did not find is not waited for, unless the target has moved since: then
        // the read may have seen an older state of the log.
        if self.target_seq == target_seq {
            self.target_seq = target_seq.min(page.last_seq.max(self.delivered_seq));
        }
        Some((page, self.subscribers.clone()))
    }

    /// Ends the reading if the subscribers have reached the target.
    fn finish_if_caught_up(&mut self) -> bool {
        self.is_reading = self.delivered_seq < self.target_seq && !self.subscribers.is_empty();
        !self.is_reading
    }
}
