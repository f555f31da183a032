//! Tests of streamed answers.
//!
//! Proves INV-67 (`docs/invariants.md`).

use uuid::Uuid;

use super::*;
use crate::hub::StreamedItem;
use crate::hub::frame::StreamPart;

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
        stored_answer: Some(message(number)),
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
fn stream_ends_whatever_was_missed_of_it() {
    use StreamPartKind::{Delta, End};
    let started = "Start { next_index: 0, after_seq: 0 } of 1";
    let begun = || vec![part(1, start(0, 0))];
    let fixture = || SubscriberFixture::new(0);
    // A part is missed, and there is no message.
    let frames = [begun(), vec![part(1, Delta(1)), part(1, End), part(1, End)]].concat();
    assert_eq!(receive(&fixture(), frames), [started, "End of 1"]);
    // The end is missed: another stream begins, at once or after its question.
    let next = "Start { next_index: 0, after_seq: 0 } of 2";
    let frames = [begun(), vec![part(2, start(0, 0))]].concat();
    assert_eq!(
        receive(&fixture(), frames),
        [started, "lost end of 1", next]
    );
    let next = "Start { next_index: 0, after_seq: 1 } of 2";
    let frames = [begun(), vec![part(2, start(0, 1)), frame(Some(1))]].concat();
    let texts = receive(&fixture(), frames);
    assert_eq!(texts, [started, "words", "lost end of 1", next]);
    // Its message comes late, before the next stream.
    let frames = [begun(), vec![part(2, start(0, 1)), stored(1, 1)]].concat();
    let texts = receive(&fixture(), frames);
    assert_eq!(texts, [started, "end of the stream", next]);
    // So does one that has no other form for those who have received its stream.
    let plain = Frame {
        streamed: None,
        ..stored(1, 1)
    };
    let frames = [begun(), vec![plain, part(2, start(0, 1))]].concat();
    let texts = receive(&fixture(), frames);
    assert_eq!(texts, [started, "start", "all of it", "end", next]);
    // Parts that come after the message are void.
    let whole = ["start", "all of it", "end"];
    let frames = [
        vec![stored(1, 1)],
        begun(),
        vec![part(1, Delta(0)), part(1, End)],
    ]
    .concat();
    assert_eq!(receive(&fixture(), frames), whole);
}

#[test]
fn end_of_a_stream_needs_no_room_in_the_queue() {
    let budget: Arc<QueueBudget> = Arc::default();
    let subscriber = Subscriber::new(Arc::new(NullEncoder), 0, budget.clone(), None);
    subscriber.enqueue_ephemeral(&part(1, start(0, 0)));
    while budget.try_reserve(&[frame(None)]) {}
    for kind in [StreamPartKind::Delta(0), StreamPartKind::End] {
        subscriber.enqueue_ephemeral(&part(1, kind));
    }
    let fixture = SubscriberFixture {
        subscriber,
        ..SubscriberFixture::new(0)
    };
    let started = "Start { next_index: 0, after_seq: 0 } of 1";
    assert_eq!(receive(&fixture, Vec::new()), [started, "End of 1"]);
}

#[test]
fn stream_that_is_over_when_a_subscriber_has_caught_up_ends() {
    let joined = |under_way: Option<JoinedStream>, is_stored: bool| {
        let lagging = SubscriberFixture::new(0);
        receive(&lagging, vec![part(1, start(0, 0))]);
        lagging.subscriber.mark_lagged();
        let mut stream = lagging.subscriber.take_stream();
        if is_stored {
            stream.note_stored(message(1));
        }
        let fixture = SubscriberFixture::new(0);
        let subscriber = fixture.subscriber.with_stream(stream);
        subscriber.join_stream(|| under_way);
        let fixture = SubscriberFixture {
            subscriber,
            sink: fixture.sink,
        };
        receive(&fixture, Vec::new())
    };
    let live = |number, start: Option<Frame>| {
        Some(JoinedStream {
            message: message(number),
            start,
        })
    };
    let start_of = |number| Some(part(number, start(3, 0)));
    let text_of = |number| format!("Start {{ next_index: 3, after_seq: 0 }} of {number}");
    assert_eq!(joined(None, false), ["lost end of 1"]);
    assert_eq!(joined(None, true), [""; 0]);
    assert_eq!(joined(live(1, start_of(1)), false), [text_of(1)]);
    assert_eq!(joined(live(1, None), false), [""; 0], "its end will come");
    let texts = joined(live(2, start_of(2)), false);
    assert_eq!(texts, ["lost end of 1".to_owned(), text_of(2)]);
    assert_eq!(joined(live(1, start_of(1)), true), [""; 0], "it is over");
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
