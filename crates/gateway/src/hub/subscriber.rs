//! Bounded frame queue of one subscription.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::direct_sink::DirectSink;
use super::frame_batch::{FrameBatch, FrameQueue, last_seq};
use super::frame_encoder::{Frame, FrameEncoder};
use super::queue_budget::QueueBudget;

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
        codec: Arc<dyn FrameEncoder>,
        has: i64,
        allowance: Arc<QueueBudget>,
        outlet: Option<Arc<dyn DirectSink>>,
    ) -> Self {
        let state = State {
            queued_seq: has,
            delivered_seq: has,
            ..State::default()
        };
        Self {
            encoder: codec,
            state: Mutex::new(state),
            budget: allowance,
            direct_sink: outlet,
        }
    }

    /// Sends entries directly or queues them. On overflow the queue is dropped; its entries will be read from the
    /// log.
    pub(super) fn deliver(&self, stretch: &FrameBatch) {
        let mut state = self.state.lock();
        let new = stretch.after_seq(state.queued_seq);
        let Some(last) = new.last_seq() else {
            return;
        };
        state.queued_seq = last;
        let new = match &self.direct_sink {
            Some(outlet) if state.is_direct => state.send_direct(&**outlet, new),
            _ => new,
        };
        if state.is_direct {
            return;
        }
        if !state.has_lagged && !new.frames().is_empty() {
            if self.budget.try_reserve(new.frames()) {
                state.frames.push(new);
            } else {
                drop(state);
                return self.mark_lagged();
            }
        }
        wake(state);
    }

    /// Queues an ephemeral event; it is dropped if the queue is full.
    pub(super) fn enqueue_ephemeral(&self, signal: &Frame) {
        let mut state = self.state.lock();
        if !state.has_lagged && self.budget.try_reserve(std::slice::from_ref(signal)) {
            state.frames.push(FrameBatch::new(vec![signal.clone()]));
            state.is_direct = false;
            wake(state);
        }
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
            .is_some_and(|waits| waits.will_wake(cx.waker()))
        {
            state.waker = Some(cx.waker().clone());
        }
        state.is_direct = is_idle && self.direct_sink.is_some();
        Poll::Pending
    }
}

impl State {
    /// Sends frames directly; returns the rest, to be queued.
    fn send_direct(&mut self, outlet: &dyn DirectSink, new: FrameBatch) -> FrameBatch {
        let offered = outlet.try_send(new.frames());
        self.delivered_seq =
            last_seq(&new.frames()[..offered.accepted]).unwrap_or(self.delivered_seq);
        self.needs_flush = offered.needs_flush;
        let rest = new.skip(offered.accepted);
        self.is_direct = rest.frames().is_empty() && !offered.needs_flush;
        rest
    }
}

/// Wakes the task. The waker is kept since mostly the same task waits again.
fn wake(state: parking_lot::MutexGuard<'_, State>) {
    let waits = state.waker.clone();
    drop(state);
    if let Some(waits) = waits {
        waits.wake();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.budget.release(self.state.get_mut().frames.iter());
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::Utf8Bytes;
    use parlor_engine::conversation::LogPage;
    use parlor_model::log::LogItem;
    use parlor_model::realtime::EphemeralEvent;

    use super::*;
    use crate::hub::{DirectSendResult, FrameEffect};

    struct NullEncoder;

    impl FrameEncoder for NullEncoder {
        fn cache_key(&self) -> &'static str {
            "silent"
        }
        fn encode_item(&self, _: &LogItem, _: &LogPage) -> Option<Utf8Bytes> {
            None
        }
        fn encode_ephemeral(&self, _: &EphemeralEvent) -> Option<Utf8Bytes> {
            None
        }
    }

    /// Accepts `capacity` frames; the last one stays unflushed.
    struct BoundedSink {
        capacity: usize,
        sent: Mutex<Vec<i64>>,
    }

    impl DirectSink for BoundedSink {
        fn try_send(&self, frames: &[Frame]) -> DirectSendResult {
            let mut left = self.sent.lock();
            let taken = frames.len().min(self.capacity - left.len());
            left.extend(frames[..taken].iter().filter_map(|frame| frame.seq));
            DirectSendResult {
                accepted: taken,
                needs_flush: left.len() == self.capacity,
            }
        }
    }

    struct SubscriberFixture {
        sink: Arc<BoundedSink>,
        subscriber: Subscriber,
    }

    impl SubscriberFixture {
        fn new(room: usize) -> Self {
            let outlet = Arc::new(BoundedSink {
                capacity: room,
                sent: Mutex::default(),
            });
            let reader = Subscriber::new(
                Arc::new(NullEncoder),
                0,
                Arc::default(),
                Some(outlet.clone() as Arc<dyn DirectSink>),
            );
            Self {
                sink: outlet,
                subscriber: reader,
            }
        }

        fn deliver(&self, seqs: std::ops::RangeInclusive<i64>) {
            let frames = seqs.map(|seq| frame(Some(seq)));
            self.subscriber.deliver(&FrameBatch::new(frames.collect()));
        }

        /// Dequeues seqs; `None` while pending.
        fn dequeue(&self, is_idle: bool) -> Option<Vec<Option<i64>>> {
            let cx = Context::from_waker(Waker::noop());
            match self.subscriber.poll_dequeue(&cx, is_idle) {
                Poll::Ready(QueueItem::Frames(frames)) => {
                    Some(frames.iter().map(|frame| frame.seq).collect())
                }
                Poll::Ready(_) => panic!("neither too slow nor gone"),
                Poll::Pending => None,
            }
        }

        fn sent_seqs(&self) -> Vec<i64> {
            self.sink.sent.lock().clone()
        }
    }

    fn frame(seq: Option<i64>) -> Frame {
        Frame {
            seq,
            preceding: None,
            per_subscriber: None,
            text: Some(Utf8Bytes::from_static("words")),
            origin: None,
            effect: FrameEffect::None,
        }
    }

    #[test]
    fn idle_subscriber_receives_entries_directly_once() {
        let scene = SubscriberFixture::new(9);
        assert_eq!(scene.dequeue(true), None);
        scene.deliver(1..=2);
        scene.deliver(2..=3);
        assert_eq!(
            (scene.sent_seqs(), scene.dequeue(true)),
            (vec![1, 2, 3], None)
        );
        assert_eq!(scene.subscriber.delivered_seq(), 3);
    }

    #[test]
    fn busy_subscriber_queues_entries_in_order() {
        let scene = SubscriberFixture::new(9);
        scene.deliver(1..=1);
        assert_eq!(scene.dequeue(true), Some(vec![Some(1)]));
        // The connection has not polled again: it is still processing the first entry.
        scene.deliver(2..=2);
        assert_eq!(scene.dequeue(false), Some(vec![Some(2)]));
        assert_eq!(scene.dequeue(false), None);
        scene.deliver(3..=3);
        assert_eq!(
            (scene.sent_seqs(), scene.subscriber.delivered_seq()),
            (vec![], 2)
        );
        assert_eq!(scene.dequeue(true), Some(vec![Some(3)]));
        assert_eq!(scene.dequeue(true), None);
        scene.subscriber.disable_direct();
        scene.deliver(4..=4);
        assert!(scene.sent_seqs().is_empty());
        assert_eq!(scene.dequeue(true), Some(vec![Some(4)]));
    }

    #[test]
    fn queued_ephemeral_event_is_not_overtaken() {
        let scene = SubscriberFixture::new(9);
        assert_eq!(scene.dequeue(true), None);
        scene.subscriber.enqueue_ephemeral(&frame(None));
        scene.deliver(1..=1);
        assert_eq!(scene.dequeue(true), Some(vec![None, Some(1)]));
        assert!(scene.sent_seqs().is_empty());
    }

    #[test]
    fn unsent_frames_are_returned_to_subscriber() {
        let scene = SubscriberFixture::new(2);
        assert_eq!(scene.dequeue(true), None);
        scene.deliver(1..=3);
        // The first two were sent directly and the third is queued: nothing may overtake it.
        scene.deliver(4..=4);
        assert_eq!(
            (scene.sent_seqs(), scene.subscriber.delivered_seq()),
            (vec![1, 2], 2)
        );
        assert_eq!(scene.dequeue(true), Some(vec![Some(3), Some(4)]));
        assert_eq!(scene.dequeue(true), None);
        assert_eq!(scene.subscriber.delivered_seq(), 4);

        let scene = SubscriberFixture::new(1);
        assert_eq!(scene.dequeue(true), None);
        scene.deliver(1..=1);
        // There are no more frames, but the last one is unflushed.
        assert_eq!(scene.dequeue(true), Some(vec![]));
        assert_eq!(scene.dequeue(true), None);
    }
}
