//! Bounded frame queue of one subscription.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::{Mutex, MutexGuard};

use self::stream_progress::{StreamProgress, StreamStep};
use super::direct_sink::DirectSink;
use super::frame::Frame;
use super::frame_batch::{FrameBatch, FrameQueue, last_seq};
use super::frame_encoder::FrameEncoder;
use super::queue_budget::QueueBudget;

mod stream_progress;

/// Queue that a broadcaster fills and a subscription drains.
pub(super) struct Subscriber {
    pub(super) encoder: Arc<dyn FrameEncoder>,
    state: Mutex<State>,
    /// Shared with the other subscriptions of the connection.
    budget: Arc<QueueBudget>,
    direct_sink: Option<Arc<dyn DirectSink>>,
}

#[derive(Default)]
struct State {
    frames: FrameQueue,
    /// Entries up to here were received.
    queued_seq: i64,
    /// Entries up to here were dequeued or sent directly.
    delivered_seq: i64,
    /// The queue is empty and the connection is idle: frames may be sent directly.
    is_direct: bool,
    /// A direct send left unflushed bytes.
    needs_flush: bool,
    /// The queue overflowed; nothing is queued any more.
    has_lagged: bool,
    is_deleted: bool,
    /// The streamed answer that is being received.
    stream: StreamProgress,
    /// Waker of the subscription's task.
    waker: Option<Waker>,
}

/// Result of dequeuing.
pub(super) enum QueueItem {
    Frames(FrameQueue),
    /// The queue overflowed; the log has entries up to this seq.
    Lagged(i64),
    Deleted,
}

impl Subscriber {
    pub(super) fn new(
        encoder: Arc<dyn FrameEncoder>,
        after_seq: i64,
        budget: Arc<QueueBudget>,
        sink: Option<Arc<dyn DirectSink>>,
    ) -> Self {
        let state = State {
            queued_seq: after_seq,
            delivered_seq: after_seq,
            ..State::default()
        };
        Self {
            encoder,
            state: Mutex::new(state),
            budget,
            direct_sink: sink,
        }
    }

    /// Sends entries directly or queues them. On overflow the queue is dropped; its entries will be read from the
    /// log.
    pub(super) fn deliver(&self, batch: &FrameBatch) {
        let mut state = self.state.lock();
        let new = batch.after_seq(state.queued_seq);
        let Some(last) = new.last_seq() else {
            return;
        };
        state.queued_seq = last;
        let new = state.without_streamed(new, &self.budget);
        let new = match &self.direct_sink {
            Some(sink) if state.is_direct => state.send_direct(&**sink, new),
            _ => new,
        };
        let due = state.stream.take_due(last);
        state.is_direct &= due.is_empty();
        if state.is_direct {
            return;
        }
        if !state.has_lagged && !new.frames().is_empty() {
            if self.budget.try_reserve(new.frames()) {
                state.frames.push(new);
            } else {
                self.budget.release(due.iter());
                drop(state);
                return self.mark_lagged();
            }
        }
        if !due.is_empty() {
            state.frames.push(FrameBatch::new(due));
        }
        wake(state);
    }

    /// Queues an ephemeral event; it is dropped if the queue is full. Of a streamed answer only what continues it is
    /// queued, after the message that it answers: whoever has missed a part receives the stored message.
    pub(super) fn enqueue_ephemeral(&self, frame: &Frame) {
        self.enqueue(self.state.lock(), frame.clone());
    }

    /// Queues the beginning of the answer that is being streamed, with its text so far, and then what continues it.
    /// `find` is called while nothing is queued, so that no delta comes between.
    pub(super) fn join_stream(&self, find: impl FnOnce() -> Option<Frame>) {
        let state = self.state.lock();
        if let Some(frame) = find() {
            self.enqueue(state, frame);
        }
    }

    fn enqueue(&self, mut state: MutexGuard<'_, State>, frame: Frame) {
        if state.has_lagged {
            return;
        }
        let queued_seq = state.queued_seq;
        let (step, replaced) = state.stream.advance(&frame, queued_seq);
        self.budget.release(replaced.iter());
        if step == StreamStep::Drop {
            return;
        }
        if !self.budget.try_reserve(std::slice::from_ref(&frame)) {
            if frame.stream_part.is_some() {
                self.budget.release(state.stream.reset().iter());
            }
            return;
        }
        if step == StreamStep::Hold {
            state.stream.hold(frame);
            return;
        }
        state.frames.push(FrameBatch::new(vec![frame]));
        state.is_direct = false;
        wake(state);
    }

    /// Marks the conversation as deleted.
    pub(super) fn mark_deleted(&self) {
        let mut state = self.state.lock();
        state.is_deleted = true;
        state.is_direct = false;
        wake(state);
    }

    /// Drops the queue and stops queuing: the subscription must read the log from its last delivered seq.
    pub(super) fn mark_lagged(&self) {
        let mut state = self.state.lock();
        self.budget.release(state.frames.iter());
        self.budget.release(state.stream.reset().iter());
        state.frames = FrameQueue::default();
        state.has_lagged = true;
        state.is_direct = false;
        wake(state);
    }

    /// Queues all further frames.
    pub(super) fn disable_direct(&self) {
        self.state.lock().is_direct = false;
    }

    /// Returns the last seq dequeued or sent directly.
    pub(super) fn delivered_seq(&self) -> i64 {
        self.state.lock().delivered_seq
    }

    /// Returns queued frames, or registers the waker. While pending and `is_idle`, new frames may bypass the queue
    /// through the direct sink. An empty `Frames` result means the socket has unflushed bytes.
    pub(super) fn poll_dequeue(&self, cx: &Context<'_>, is_idle: bool) -> Poll<QueueItem> {
        let mut state = self.state.lock();
        if state.has_lagged {
            return Poll::Ready(QueueItem::Lagged(state.queued_seq));
        }
        if !state.frames.is_empty() || state.needs_flush {
            let frames = std::mem::take(&mut state.frames);
            state.delivered_seq = frames.last_seq().unwrap_or(state.delivered_seq);
            state.needs_flush = false;
            drop(state);
            self.budget.release(frames.iter());
            return Poll::Ready(QueueItem::Frames(frames));
        }
        if state.is_deleted {
            return Poll::Ready(QueueItem::Deleted);
        }
        if !state
            .waker
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            state.waker = Some(cx.waker().clone());
        }
        state.is_direct = is_idle && self.direct_sink.is_some();
        Poll::Pending
    }
}

impl State {
    /// Replaces the messages of the streams that were received by their frames for those who have received them.
    fn without_streamed(&mut self, batch: FrameBatch, budget: &QueueBudget) -> FrameBatch {
        let streamed = |frame: &Frame| frame.streamed.as_ref().map(|streamed| streamed.message);
        let mut ids = batch.frames().iter().filter_map(streamed);
        if !ids.any(|message| self.stream.knows(message)) {
            return batch;
        }
        let frames = batch.frames().iter().map(|frame| {
            let (was_received, held) = match streamed(frame) {
                Some(message) => self.stream.take_stored(message),
                None => (false, Vec::new()),
            };
            budget.release(held.iter());
            // Where parts are held, question and answer come together: nothing of the stream was received.
            match was_received {
                true => frame.clone().into_streamed(),
                false => frame.clone(),
            }
        });
        FrameBatch::new(frames.collect())
    }

    /// Sends frames directly; returns the rest, to be queued.
    fn send_direct(&mut self, sink: &dyn DirectSink, new: FrameBatch) -> FrameBatch {
        let result = sink.try_send(new.frames());
        self.delivered_seq =
            last_seq(&new.frames()[..result.accepted]).unwrap_or(self.delivered_seq);
        self.needs_flush = result.needs_flush;
        let rest = new.skip(result.accepted);
        self.is_direct = rest.frames().is_empty() && !result.needs_flush;
        rest
    }
}

/// Wakes the task. The waker is kept since mostly the same task waits again.
fn wake(state: MutexGuard<'_, State>) {
    let waker = state.waker.clone();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        self.budget.release(state.frames.iter());
        self.budget.release(state.stream.held().iter());
    }
}

#[cfg(test)]
mod tests;
