//! Bounded frame queue of one subscription.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::{Mutex, MutexGuard};
use parlor_model::id::MessageId;
use parlor_model::turn::TurnFinish;

pub(super) use self::stream_progress::StreamProgress;
use self::stream_progress::{DueParts, StoredForm, StreamStep};
use super::direct_sink::DirectSink;
use super::frame::{Frame, StreamPartKind};
use super::frame_batch::{FrameBatch, FrameQueue, last_seq};
use super::frame_encoder::{FrameEncoder, StreamChange};
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

/// The answer that is under way when a subscriber joins its stream.
pub(super) struct JoinedStream {
    /// Id that its message will have.
    pub(super) message: MessageId,
    /// Its beginning, with the text so far; `None` if that cannot be received.
    pub(super) start: Option<Frame>,
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

    /// Goes on with what the connection has received before of streamed answers.
    pub(super) fn with_stream(mut self, stream: StreamProgress) -> Self {
        self.state.get_mut().stream = stream;
        self
    }

    /// Takes what was received of streamed answers, to go on with it after the log was read.
    pub(super) fn take_stream(&self) -> StreamProgress {
        let mut state = self.state.lock();
        self.budget.release(state.stream.interrupt().iter());
        std::mem::take(&mut state.stream)
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
        state.is_direct &= !state.stream.is_due(last);
        if state.is_direct {
            return;
        }
        if !state.has_lagged && !new.frames().is_empty() {
            if !self.budget.try_reserve(new.frames()) {
                drop(state);
                return self.mark_lagged();
            }
            state.frames.push(new);
        }
        let due = state.stream.take_due(last);
        let due = self.with_missed_end(due);
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
    /// `find` is called while nothing is queued, so that no delta comes between. A stream that the connection has
    /// received before, and that is over, is ended.
    pub(super) fn join_stream(&self, find: impl FnOnce() -> Option<JoinedStream>) {
        let mut state = self.state.lock();
        let joined = find();
        let under_way = joined.as_ref().map(|joined| joined.message);
        if let Some(unended) = state.stream.end_other(under_way) {
            self.push_end(&mut state, unended);
        }
        match joined.and_then(|joined| joined.start) {
            Some(start) => self.enqueue(state, start),
            None => wake(state),
        }
    }

    fn enqueue(&self, mut state: MutexGuard<'_, State>, frame: Frame) {
        if state.has_lagged {
            return;
        }
        let part = frame.stream_part;
        let is_end = part.is_some_and(|part| part.kind == StreamPartKind::End);
        if is_end {
            // Short, and nothing comes in its place.
            self.budget.reserve(std::slice::from_ref(&frame));
        } else if !self.budget.try_reserve(std::slice::from_ref(&frame)) {
            if let Some(part) = part {
                state.stream.miss(part.message);
            }
            return;
        }
        let queued_seq = state.queued_seq;
        let advance = state.stream.advance(&frame, queued_seq);
        self.budget.release(advance.replaced.iter());
        if let Some(unended) = advance.unended {
            self.push_end(&mut state, unended);
        }
        match advance.step {
            StreamStep::Drop => self.budget.release([&frame]),
            StreamStep::Hold => state.stream.hold(frame),
            StreamStep::Queue => {
                state.frames.push(FrameBatch::new(vec![frame]));
                state.is_direct = false;
                wake(state);
            }
        }
    }

    /// Queues the end of a stream whose own was missed.
    fn push_end(&self, state: &mut State, message: MessageId) {
        if let Some(end) = self.encode_missed_end(message) {
            state.frames.push(FrameBatch::new(vec![end]));
            state.is_direct = false;
        }
    }

    /// Returns due parts after the end of a stream before them, if that was missed.
    fn with_missed_end(&self, due: DueParts) -> Vec<Frame> {
        let end = due
            .unended
            .and_then(|message| self.encode_missed_end(message));
        end.into_iter().chain(due.parts).collect()
    }

    /// Encodes the end of a stream of which it is only known that no message was stored. It is reserved in the budget.
    fn encode_missed_end(&self, message: MessageId) -> Option<Frame> {
        let change = StreamChange::End {
            finish: TurnFinish::Cancelled,
            error: None,
        };
        let frame = Frame::from_turn(&*self.encoder, (message, StreamPartKind::End), &change);
        let is_sent = frame.text.is_some();
        if is_sent {
            self.budget.reserve(std::slice::from_ref(&frame));
        }
        is_sent.then_some(frame)
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
        self.budget.release(state.stream.interrupt().iter());
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
        let mut completed = None;
        for streamed in batch
            .frames()
            .iter()
            .filter_map(|frame| frame.stored_answer)
        {
            let (form, held) = self.stream.store(streamed);
            budget.release(held.iter());
            if form == StoredForm::EndOfStream {
                completed = Some(streamed);
            }
        }
        if completed.is_none() {
            return batch;
        }
        let frames = batch.frames().iter().map(|frame| {
            let frame = frame.clone();
            match frame.stored_answer == completed {
                true => frame.into_streamed(),
                false => frame,
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
