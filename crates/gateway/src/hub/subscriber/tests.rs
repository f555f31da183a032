//! Tests of the frame queue.

use parlor_engine::log::LogPage;
use parlor_model::id::MessageId;
use parlor_model::log::LogItem;
use parlor_model::realtime::EphemeralEvent;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::*;
use crate::hub::frame::{StreamPart, StreamPartKind};
use crate::hub::{DirectSendResult, FrameEffect, StreamedItem};

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
        streamed: None,
    }
}

fn message(number: u128) -> MessageId {
    MessageId::new(Uuid::from_u128(number))
}

fn part(number: u128, kind: StreamPartKind) -> Frame {
    Frame {
        text: Some(format!("{kind:?} of {number}").into()),
        stream_part: Some(StreamPart {
            message: message(number),
            kind,
        }),
        ..frame(None)
    }
}

fn start(next_index: u32, after_seq: i64) -> StreamPartKind {
    StreamPartKind::Start {
        next_index,
        after_seq,
    }
}

/// Frame of a stored answer, which differs for those who have received its stream.
fn stored(number: u128, seq: i64) -> Frame {
    Frame {
        preceding: Some([Utf8Bytes::from_static("start"), "all of it".into()].into()),
        text: Some("end".into()),
        streamed: Some(Arc::new(StreamedItem {
            message: message(number),
            texts: vec!["end of the stream".into()],
        })),
        ..frame(Some(seq))
    }
}

/// Passes parts and stored answers to a subscriber and returns the texts that it receives.
fn receive(fixture: &SubscriberFixture, frames: Vec<Frame>) -> Vec<String> {
    for frame in frames {
        match frame.seq {
            None => fixture.subscriber.enqueue_ephemeral(&frame),
            Some(_) => fixture.subscriber.deliver(&FrameBatch::new(vec![frame])),
        }
    }
    let cx = Context::from_waker(Waker::noop());
    let mut texts = Vec::new();
    while let Poll::Ready(QueueItem::Frames(frames)) = fixture.subscriber.poll_dequeue(&cx, false) {
        texts.extend(
            frames
                .iter()
                .flat_map(Frame::texts)
                .map(ToString::to_string),
        );
    }
    texts
}

#[test]
fn stream_is_received_from_its_start_without_a_gap() {
    use StreamPartKind::{Delta, End};
    let new = || SubscriberFixture::new(0);
    let parts = |kinds: &[StreamPartKind]| kinds.iter().map(|kind| part(1, *kind)).collect();
    // Repeated parts and those of other answers are dropped.
    let mut frames: Vec<Frame> = parts(&[start(0, 0), Delta(0), Delta(0), Delta(1)]);
    frames.push(part(2, Delta(2)));
    frames.push(stored(1, 1));
    assert_eq!(
        receive(&new(), frames),
        [
            "Start { next_index: 0, after_seq: 0 } of 1",
            "Delta(0) of 1",
            "Delta(1) of 1",
            "end of the stream"
        ]
    );
    // Whoever has no start, or has missed a part, receives the stored answer as all others do.
    let whole = ["start", "all of it", "end"];
    let mut frames: Vec<Frame> = parts(&[Delta(0), End]);
    frames.push(stored(1, 1));
    assert_eq!(receive(&new(), frames), whole);
    let mut frames: Vec<Frame> = parts(&[start(0, 0), Delta(1), Delta(2)]);
    frames.push(stored(1, 1));
    assert_eq!(receive(&new(), frames)[1..], whole);
    // A new start goes on from its own index.
    let frames = parts(&[
        start(0, 0),
        Delta(1),
        start(4, 0),
        Delta(3),
        Delta(4),
        End,
        Delta(5),
    ]);
    assert_eq!(
        receive(&new(), frames),
        [
            "Start { next_index: 0, after_seq: 0 } of 1",
            "Start { next_index: 4, after_seq: 0 } of 1",
            "Delta(4) of 1",
            "End of 1"
        ]
    );
}

#[test]
fn stream_follows_the_message_that_it_answers() {
    use StreamPartKind::{Delta, End};
    let question = || Frame {
        text: Some("question".into()),
        ..frame(Some(3))
    };
    let early = || vec![part(1, start(0, 3)), part(1, Delta(0))];
    let started = "Start { next_index: 0, after_seq: 3 } of 1";
    let cases: [(Vec<Frame>, Vec<&str>); 4] = [
        (
            vec![question(), part(1, Delta(1)), stored(1, 4)],
            vec![
                "question",
                started,
                "Delta(0) of 1",
                "Delta(1) of 1",
                "end of the stream",
            ],
        ),
        // An answer that failed is over before its question arrives.
        (
            vec![part(1, End), question()],
            vec!["question", started, "Delta(0) of 1", "End of 1"],
        ),
        // A part that is missed meanwhile: the stored answer comes whole.
        (
            vec![part(1, Delta(2)), question(), stored(1, 4)],
            vec![
                "question",
                started,
                "Delta(0) of 1",
                "start",
                "all of it",
                "end",
            ],
        ),
        // A later attempt replaces what is held of the first.
        (
            vec![part(2, start(0, 3)), question()],
            vec!["question", "Start { next_index: 0, after_seq: 3 } of 2"],
        ),
    ];
    for (rest, expected) in cases {
        let fixture = SubscriberFixture::new(9);
        assert_eq!(
            receive(&fixture, early()),
            [""; 0],
            "nothing before the question"
        );
        assert_eq!(receive(&fixture, rest), expected);
    }
    // Question and answer in one read.
    let fixture = SubscriberFixture::new(9);
    receive(&fixture, early());
    fixture
        .subscriber
        .deliver(&FrameBatch::new(vec![question(), stored(1, 4)]));
    assert_eq!(
        receive(&fixture, Vec::new()),
        ["question", "start", "all of it", "end"]
    );
    // Held parts do not stay in the budget.
    let budget: Arc<QueueBudget> = Arc::default();
    let subscriber = Subscriber::new(Arc::new(NullEncoder), 0, budget.clone(), None);
    early()
        .iter()
        .for_each(|frame| subscriber.enqueue_ephemeral(frame));
    let all = vec![frame(None); 1_000];
    assert!(!budget.try_reserve(&all));
    drop(subscriber);
    assert!(budget.try_reserve(&all));
}

#[test]
fn stored_message_ends_its_stream_although_the_next_one_has_begun() {
    use StreamPartKind::Delta;
    let fixture = SubscriberFixture::new(9);
    let first = vec![part(1, start(0, 0)), part(1, Delta(0))];
    assert_eq!(receive(&fixture, first).len(), 2);
    let next = vec![part(2, start(0, 2)), part(2, Delta(0))];
    assert_eq!(receive(&fixture, next), [""; 0], "after the message at 2");
    assert_eq!(receive(&fixture, vec![stored(1, 1)]), ["end of the stream"]);
    let round = Frame {
        text: Some("result".into()),
        ..frame(Some(2))
    };
    assert_eq!(
        receive(&fixture, vec![round, stored(2, 3)]),
        [
            "result",
            "Start { next_index: 0, after_seq: 2 } of 2",
            "Delta(0) of 2",
            "end of the stream"
        ]
    );
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
