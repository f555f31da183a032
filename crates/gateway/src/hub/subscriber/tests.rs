//! Tests of the frame queue.

use parlor_engine::log::LogPage;
use parlor_model::log::LogItem;
use parlor_model::realtime::EphemeralEvent;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::*;
use crate::hub::{DirectSendResult, FrameEffect};

mod streams;

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
    fn encode_stream(&self, message: MessageId, _: &StreamChange<'_>) -> Vec<Utf8Bytes> {
        vec![format!("lost end of {}", message.uuid().as_u128()).into()]
    }
}

/// Accepts `capacity` frames; the last one stays unflushed.
struct BoundedSink {
    capacity: usize,
    sent: Mutex<Vec<i64>>,
}

impl DirectSink for BoundedSink {
    fn try_send(&self, frames: &[Frame]) -> DirectSendResult {
        let mut sent = self.sent.lock();
        let accepted = frames.len().min(self.capacity - sent.len());
        sent.extend(frames[..accepted].iter().filter_map(|frame| frame.seq));
        DirectSendResult {
            accepted,
            needs_flush: sent.len() == self.capacity,
        }
    }
}

struct SubscriberFixture {
    sink: Arc<BoundedSink>,
    subscriber: Subscriber,
}

impl SubscriberFixture {
    fn new(capacity: usize) -> Self {
        let sink = Arc::new(BoundedSink {
            capacity,
            sent: Mutex::default(),
        });
        let reader = Subscriber::new(
            Arc::new(NullEncoder),
            0,
            Arc::default(),
            Some(sink.clone() as Arc<dyn DirectSink>),
        );
        Self {
            sink,
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
        stream_part: None,
        stored_answer: None,
        streamed: None,
    }
}

#[test]
fn idle_subscriber_receives_entries_directly_once() {
    let fixture = SubscriberFixture::new(9);
    assert_eq!(fixture.dequeue(true), None);
    fixture.deliver(1..=2);
    fixture.deliver(2..=3);
    assert_eq!(
        (fixture.sent_seqs(), fixture.dequeue(true)),
        (vec![1, 2, 3], None)
    );
    assert_eq!(fixture.subscriber.delivered_seq(), 3);
}

#[test]
fn busy_subscriber_queues_entries_in_order() {
    let fixture = SubscriberFixture::new(9);
    fixture.deliver(1..=1);
    assert_eq!(fixture.dequeue(true), Some(vec![Some(1)]));
    // The connection has not polled again: it is still processing the first entry.
    fixture.deliver(2..=2);
    assert_eq!(fixture.dequeue(false), Some(vec![Some(2)]));
    assert_eq!(fixture.dequeue(false), None);
    fixture.deliver(3..=3);
    assert_eq!(
        (fixture.sent_seqs(), fixture.subscriber.delivered_seq()),
        (vec![], 2)
    );
    assert_eq!(fixture.dequeue(true), Some(vec![Some(3)]));
    assert_eq!(fixture.dequeue(true), None);
    fixture.subscriber.disable_direct();
    fixture.deliver(4..=4);
    assert!(fixture.sent_seqs().is_empty());
    assert_eq!(fixture.dequeue(true), Some(vec![Some(4)]));
}

#[test]
fn queued_ephemeral_event_is_not_overtaken() {
    let fixture = SubscriberFixture::new(9);
    assert_eq!(fixture.dequeue(true), None);
    fixture.subscriber.enqueue_ephemeral(&frame(None));
    fixture.deliver(1..=1);
    assert_eq!(fixture.dequeue(true), Some(vec![None, Some(1)]));
    assert!(fixture.sent_seqs().is_empty());
}

#[test]
fn unsent_frames_are_returned_to_subscriber() {
    let fixture = SubscriberFixture::new(2);
    assert_eq!(fixture.dequeue(true), None);
    fixture.deliver(1..=3);
    // The first two were sent directly and the third is queued: nothing may overtake it.
    fixture.deliver(4..=4);
    assert_eq!(
        (fixture.sent_seqs(), fixture.subscriber.delivered_seq()),
        (vec![1, 2], 2)
    );
    assert_eq!(fixture.dequeue(true), Some(vec![Some(3), Some(4)]));
    assert_eq!(fixture.dequeue(true), None);
    assert_eq!(fixture.subscriber.delivered_seq(), 4);

    let fixture = SubscriberFixture::new(1);
    assert_eq!(fixture.dequeue(true), None);
    fixture.deliver(1..=1);
    // There are no more frames, but the last one is unflushed.
    assert_eq!(fixture.dequeue(true), Some(vec![]));
    assert_eq!(fixture.dequeue(true), None);
}
