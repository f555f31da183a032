use parlor_model::Id;
use parlor_model::turn::{TurnDelta, TurnFinish};
use uuid::Uuid;

use super::*;

fn event(message: u128, change: TurnChange) -> TurnEvent {
    TurnEvent {
        ws: 1,
        conversation: 5,
        message: Id::new(Uuid::from_u128(message)),
        change,
    }
}

fn started(message: u128) -> TurnEvent {
    event(
        message,
        TurnChange::Started {
            answered_seq: 3,
            author: None,
            reply_to: None,
        },
    )
}

fn delta(message: u128, index: u32, offset: usize, text: &str) -> TurnEvent {
    let delta = TurnDelta {
        index,
        offset,
        text: Redacted(Arc::from(text)),
    };
    event(message, TurnChange::Delta(delta))
}

fn text_after(events: &[TurnEvent]) -> Option<(String, u32, bool)> {
    let live = LiveTurns::default();
    events.iter().for_each(|event| live.apply(event));
    let turn = live.find(5)?;
    Some((turn.text.0, turn.next_index, turn.has_gap))
}

#[test]
fn deltas_are_joined_once_and_in_order() {
    let repeated = delta(1, 0, 0, "Hel");
    let events = [
        started(1),
        repeated.clone(),
        repeated,
        delta(1, 1, 3, "lo"),
        delta(2, 0, 0, "x"),
    ];
    assert_eq!(text_after(&events), Some(("Hello".to_owned(), 2, false)));
}

#[test]
fn missed_delta_leaves_a_gap_until_the_turn_starts_again() {
    let mut events = vec![
        started(1),
        delta(1, 0, 0, "a"),
        delta(1, 2, 2, "c"),
        delta(1, 3, 3, "d"),
    ];
    assert_eq!(text_after(&events), Some(("a".to_owned(), 1, true)));
    events.extend([started(1), delta(1, 0, 0, "abc")]);
    assert_eq!(text_after(&events), Some(("abc".to_owned(), 1, false)));
}

#[test]
fn answer_goes_on_as_another_message_after_a_round_that_says_something() {
    let round = |next: u128| {
        let change = TurnChange::RoundRecorded {
            first_seq: 4,
            last_seq: 5,
            next: Id::new(Uuid::from_u128(next)),
            author: None,
            reply_to: None,
        };
        event(1, change)
    };
    let mut events = vec![started(1), delta(1, 0, 0, "\n"), round(1)];
    assert_eq!(text_after(&events), Some(("\n".to_owned(), 1, false)));
    events.extend([delta(1, 1, 1, "I look"), round(2)]);
    assert_eq!(text_after(&events), Some((String::new(), 0, false)));
    events.extend([delta(1, 2, 7, "late"), delta(2, 0, 0, "Found")]);
    assert_eq!(text_after(&events), Some(("Found".to_owned(), 1, false)));
}

#[test]
fn ended_turn_is_forgotten() {
    let ended = TurnChange::Ended {
        finish: TurnFinish::Stop,
        error: None,
        seq: Some(4),
    };
    assert_eq!(text_after(&[started(1), event(1, ended.clone())]), None);
    // The end of an earlier turn does not end a later one.
    assert!(text_after(&[started(2), event(1, ended)]).is_some());
}

#[test]
fn turn_of_which_nothing_is_heard_is_silent() {
    let live = LiveTurns::default();
    let silent = || live.find_silent().len();
    live.apply(&started(1));
    assert_eq!((silent(), silent()), (0, 1), "one look after its start");
    live.apply(&delta(1, 0, 0, "a"));
    live.apply(&delta(2, 0, 0, "that of another turn"));
    assert_eq!((silent(), silent()), (0, 1));
    live.apply(&delta(1, 1, 1, "b"));
    live.note_loss();
    assert_eq!(silent(), 1, "its end may be lost");
}

#[test]
fn followers_that_are_gone_are_forgotten() {
    let live = LiveTurns::default();
    let (kept, gone) = (live.follow(5), live.follow(6));
    drop(gone);
    live.find_silent();
    let followed = || {
        live.state
            .lock()
            .followers
            .keys()
            .copied()
            .collect::<Vec<_>>()
    };
    assert_eq!(followed(), [5]);
    drop(kept);
    live.find_silent();
    assert!(followed().is_empty());
}
