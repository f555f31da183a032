//! The listeners of one conversation on this node.

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
use parlor_model::{Ctx, Error};
use uuid::Uuid;

use super::fan_out::FanOut;
use super::frame_encoder::{Frame, FrameEncoder};
use super::presence_tracker::PresenceChange;
use super::subscriber::Subscriber;

/// Entries read from the log at a time.
pub(super) const READ_BATCH_ENTRIES: i64 = 256;

/// After a failed read.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(50);
/// After many.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(5);

pub(super) struct Broadcaster {
    workspace: WorkspaceRef,
    conversation: i64,
    state: Mutex<State>,
}

struct State {
    /// Every listener has, or has waiting, what is up to here.
    delivered_seq: i64,
    /// The log is known to reach this.
    target_seq: i64,
    /// Somebody is reading the log for the listeners.
    is_reading: bool,
    /// Copied when it changes while something is handed out.
    subscribers: Arc<Vec<Arc<Subscriber>>>,
}

impl Broadcaster {
    pub(super) fn new(workspace: WorkspaceRef, conversation: i64, last: i64) -> Self {
        Self {
            workspace,
            conversation,
            state: Mutex::new(State {
                delivered_seq: last,
                target_seq: last,
                is_reading: false,
                subscribers: Arc::default(),
            }),
        }
    }

    /// Takes a listener that has everything up to a position, unless the others have more.
    pub(super) fn add_subscriber(&self, reader: &Arc<Subscriber>, has: i64) -> bool {
        let mut state = self.state.lock();
        let caught_up = has >= state.delivered_seq;
        if caught_up {
            Arc::make_mut(&mut state.subscribers).push(reader.clone());
        }
        caught_up
    }

    /// Lets a listener go; tells whether any is left.
    pub(super) fn remove_subscriber(&self, reader: &Arc<Subscriber>) -> bool {
        let mut state = self.state.lock();
        Arc::make_mut(&mut state.subscribers).retain(|other| !Arc::ptr_eq(other, reader));
        !state.subscribers.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().subscribers.is_empty()
    }

    /// Notes how far the log reaches; tells whether the caller is to read it for the listeners.
    pub(super) fn advance_target(&self, seq: i64) -> bool {
        let mut state = self.state.lock();
        state.target_seq = state.target_seq.max(seq);
        !std::mem::replace(&mut state.is_reading, true)
    }

    /// How far the listeners have come.
    pub(super) fn delivered_seq(&self) -> i64 {
        self.state.lock().delivered_seq
    }

    pub(super) fn close_deleted(&self) {
        for reader in self.state.lock().subscribers.iter() {
            reader.mark_deleted();
        }
    }

    /// Passes something on to everybody but the connection it came by.
    pub(super) fn broadcast_ephemeral(&self, signal: &EphemeralEvent) {
        self.broadcast(|codec| Frame::from_ephemeral(codec, signal));
    }

    /// Tells everybody who came and who went.
    pub(super) fn broadcast_presence(&self, change: &PresenceChange) {
        self.broadcast(|codec| Frame::from_presence(codec, change));
    }

    /// Something that has no place in the log, made once for each vocabulary.
    fn broadcast(&self, make: impl Fn(&dyn FrameEncoder) -> Frame) {
        let mut frames: Vec<(&'static str, Frame)> = Vec::new();
        for reader in self.state.lock().subscribers.iter() {
            let name = reader.encoder.cache_key();
            let known = frames.iter().find(|(known, _)| *known == name);
            let frame = match known {
                Some((_, frame)) => frame.clone(),
                None => {
                    let frame = make(&*reader.encoder);
                    frames.push((name, frame.clone()));
                    frame
                }
            };
            if frame.text.is_some() {
                reader.enqueue_ephemeral(&frame);
            }
        }
    }

    /// Reads the log for the listeners until they have all of it. A failed read is tried again, later each time: no
    /// listener ever skips a position.
    pub(super) async fn read_and_deliver(&self, engine: &Engine) {
        let mut pause = MIN_RETRY_DELAY;
        loop {
            let (last, known) = {
                let state = self.state.lock();
                (state.delivered_seq, state.target_seq)
            };
            let read = self.read_page(engine, last).await;
            if let Err(error) = &read
                && !matches!(error.kind(), ErrorKind::NotFound(_))
                && !self.is_empty()
            {
                tracing::warn!(?error, "a conversation was not read for its listeners");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(MAX_RETRY_DELAY);
                continue;
            }
            let found = self.state.lock().apply_page(read, known);
            if let Some((found, readers)) = found {
                FanOut::new(found).deliver_all(readers).await;
            }
            if self.state.lock().finish_if_caught_up() {
                return;
            }
        }
    }

    /// Whatever reads the log for the listeners has failed: each reads it by itself, and whoever is told of the next
    /// growth reads again.
    pub(super) fn lag_subscribers(&self) {
        let mut state = self.state.lock();
        state.is_reading = false;
        state
            .subscribers
            .iter()
            .for_each(|reader| reader.mark_lagged());
    }

    async fn read_page(&self, engine: &Engine, after: i64) -> Result<LogPage, Error> {
        let ctx = Ctx::unbound(self.workspace, Scopes::all(), Uuid::nil());
        let key = ConversationKey::Number(self.conversation);
        log::read_page(engine, &ctx, key, after, READ_BATCH_ENTRIES).await
    }
}

impl State {
    /// Takes what was read when the log was known to reach a position, and tells who is to get it. Whoever comes from
    /// now on has it already, or reads it for itself.
    fn apply_page(
        &mut self,
        read: Result<LogPage, Error>,
        known: i64,
    ) -> Option<(LogPage, Arc<Vec<Arc<Subscriber>>>)> {
        let Ok(found) = read else {
            // It was deleted, or nobody is left who could be told that it was not read.
            self.target_seq = self.delivered_seq;
            self.subscribers
                .iter()
                .for_each(|reader| reader.mark_deleted());
            return None;
        };
        if let Some(item) = found.items.last() {
            self.delivered_seq = self.delivered_seq.max(item.seq());
        }
        // What was told of before the read and is not there is not waited for. What was told of meanwhile is still to
        // be read: the read may have seen the log as it was before.
        if self.target_seq == known {
            self.target_seq = known.min(found.last_seq.max(self.delivered_seq));
        }
        Some((found, self.subscribers.clone()))
    }

    /// Whether that is all for now.
    fn finish_if_caught_up(&mut self) -> bool {
        self.is_reading = self.delivered_seq < self.target_seq && !self.subscribers.is_empty();
        !self.is_reading
    }
}
