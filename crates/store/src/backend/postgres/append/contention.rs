//! Conversations that another transaction has locked, and the appends that wait for them. A lane goes on without them;
//! a worker of the pool waits for each, at most half of them at a time.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use super::QueuedAppend;
use super::batch::HeadLock;
use super::respond::respond_batch;
use crate::backend::postgres::worker::Worker;

type Conversation = (i64, i64);

/// Locked conversations of a node.
pub(in crate::backend::postgres) struct Contention {
    state: Mutex<State>,
    /// Maximum number of workers that wait at the same time.
    max_workers: usize,
    start_worker: Box<StartWorker>,
}

/// Queues a job that calls [`Contention::work`] on a worker of the pool. Returns whether it was queued.
type StartWorker = dyn Fn(Arc<Contention>) -> bool + Send + Sync;

#[derive(Default)]
struct State {
    /// Waiting appends of each locked conversation.
    waiting: HashMap<Conversation, Vec<QueuedAppend>>,
    /// Conversations for which no worker waits yet.
    unattended: VecDeque<Conversation>,
    workers: usize,
}

impl Contention {
    pub(in crate::backend::postgres) fn new(
        max_workers: usize,
        start_worker: impl Fn(Arc<Contention>) -> bool + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            max_workers,
            start_worker: Box::new(start_worker),
        })
    }

    /// Moves the appends of a batch whose conversations are known to be locked to those that wait, and returns the rest.
    pub(super) fn add_to_waiting(&self, batch: Vec<QueuedAppend>) -> Vec<QueuedAppend> {
        let mut state = self.state.lock();
        if state.waiting.is_empty() {
            return batch;
        }
        let mut rest = Vec::with_capacity(batch.len());
        for queued in batch {
            match state.waiting.get_mut(&queued.conversation()) {
                Some(waiting) => waiting.push(queued),
                None => rest.push(queued),
            }
        }
        rest
    }

    /// Lets appends wait for their conversations.
    pub(super) fn wait_for_heads(self: &Arc<Self>, blocked: Vec<QueuedAppend>) {
        for queued in blocked {
            let needs_worker = {
                let mut state = self.state.lock();
                let conversation = queued.conversation();
                let is_new = !state.waiting.contains_key(&conversation);
                state.waiting.entry(conversation).or_default().push(queued);
                if is_new {
                    state.unattended.push_back(conversation);
                }
                let needs_worker = is_new && state.workers < self.max_workers;
                state.workers += usize::from(needs_worker);
                needs_worker
            };
            if needs_worker && !(self.start_worker)(self.clone()) {
                self.refuse_all();
            }
        }
    }

    /// Waits for conversations, one after the other, until none is left without a worker.
    pub(in crate::backend::postgres) fn work(&self, worker: &mut Worker) {
        while let Some(conversation) = self.take_conversation() {
            while let Some(batch) = self.take_batch(conversation) {
                // With this lock no append is returned as blocked.
                respond_batch(worker, batch, HeadLock::Wait);
            }
        }
    }

    fn take_conversation(&self) -> Option<Conversation> {
        let mut state = self.state.lock();
        let next = state.unattended.pop_front();
        state.workers -= usize::from(next.is_none());
        next
    }

    /// Takes the waiting appends of a conversation. Without any, the conversation counts as free.
    fn take_batch(&self, conversation: Conversation) -> Option<Vec<QueuedAppend>> {
        let mut state = self.state.lock();
        let waiting = state.waiting.get_mut(&conversation)?;
        waiting.retain(|queued| !queued.answer.is_closed());
        if waiting.is_empty() {
            state.waiting.remove(&conversation);
            return None;
        }
        Some(std::mem::take(waiting))
    }

    /// Refuses everything that waits without a worker: the queue of the pool is full or closed.
    fn refuse_all(&self) {
        let mut state = self.state.lock();
        state.workers -= 1;
        if state.workers > 0 {
            return;
        }
        for conversation in std::mem::take(&mut state.unattended) {
            for queued in state.waiting.remove(&conversation).unwrap_or_default() {
                queued.respond(Err(parlor_model::Error::unavailable(
                    "the database's queue is full",
                )));
            }
        }
    }
}
