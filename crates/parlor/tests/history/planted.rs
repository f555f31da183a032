//! The checker against histories that are good, and against each way in which one can be bad.

use crate::checker::{Entry, Fault, Held, History, Sent, Words, check};

const LENGTH: i64 = 6;

/// Two conversations, three readers, and in each conversation one message whose confirmation was lost.
fn good() -> History {
    let mut history = History::default();
    for conversation in 0..2 {
        let mut log = vec![Entry {
            seq: 1,
            words: None,
        }];
        for seq in 2..=LENGTH {
            let words = Words {
                id: format!("id {conversation}.{seq}"),
                content: format!("words {conversation}.{seq}"),
                client_id: Some(format!("c {conversation}.{seq}")),
            };
            history.sent.push(Sent {
                conversation,
                client_id: words.client_id.clone().unwrap(),
                content: words.content.clone(),
                acked: (seq != 3).then(|| (seq, words.id.clone())),
            });
            log.push(Entry {
                seq,
                words: Some(words),
            });
        }
        // Never stored, never confirmed: that is allowed.
        history.sent.push(Sent {
            conversation,
            client_id: format!("c {conversation} lost"),
            content: String::new(),
            acked: None,
        });
        for reader in 0..3 {
            history.held.push(Held {
                reader: format!("reader {reader}"),
                conversation,
                entries: log.clone(),
            });
        }
        history.logs.push(log);
    }
    history
}

/// Plants something at every place of every reader's record, one at a time, and gives what the checker says of each.
fn plant(into: &History, spoil: impl Fn(&mut Vec<Entry>, usize)) -> Vec<(i64, Vec<Fault>)> {
    let mut told = Vec::new();
    for (reader, held) in into.held.iter().enumerate() {
        for place in 0..held.entries.len() {
            let mut history = into.clone();
            let entries = &mut history.held[reader].entries;
            let seq = entries[place].seq;
            spoil(entries, place);
            if *entries != held.entries {
                told.push((seq, check(&history)));
            }
        }
    }
    told
}

/// A loss, a repetition and an exchange at every place of a history are all noticed; gives how many were planted.
pub(crate) fn every_plant_is_noticed(history: &History) -> usize {
    let lost = plant(history, |entries, place| drop(entries.remove(place)));
    for (seq, faults) in &lost {
        let [Fault::Lost { seq: told, .. }] = &faults[..] else {
            panic!("a loss at {seq} is told as {faults:?}")
        };
        assert_eq!(told, seq);
    }
    let twice = plant(history, |entries, place| {
        entries.insert(place, entries[place].clone());
    });
    for (seq, faults) in &twice {
        let [Fault::Twice { seq: told, .. }] = &faults[..] else {
            panic!("a repetition of {seq} is told as {faults:?}")
        };
        assert_eq!(told, seq);
    }
    let late = plant(history, |entries, place| {
        if place + 1 < entries.len() {
            entries.swap(place, place + 1);
        }
    });
    for (seq, faults) in &late {
        let [Fault::Late { seq: told, .. }] = &faults[..] else {
            panic!("an exchange at {seq} is told as {faults:?}")
        };
        assert_eq!(told, seq);
    }
    lost.len() + twice.len() + late.len()
}

#[test]
fn a_good_history_has_no_faults() {
    assert_eq!(check(&good()), []);
}

#[test]
fn a_loss_a_repetition_and_an_exchange_are_noticed_wherever_they_are() {
    let records = 6;
    let entries = usize::try_from(LENGTH).unwrap();
    assert_eq!(every_plant_is_noticed(&good()), records * (3 * entries - 1));
}

#[test]
fn a_confirmation_without_an_entry_is_noticed() {
    let mut history = good();
    let sent = history.sent.iter_mut().find(|sent| sent.acked.is_none());
    let sent = sent.unwrap();
    // It was stored, but not there.
    sent.acked = Some((2, "id 0.3".to_owned()));
    let client_id = "c 0.3".to_owned();
    assert_eq!(check(&history), [Fault::Unkept { client_id }]);

    let mut history = good();
    let sent = history.sent.last_mut().unwrap();
    sent.acked = Some((4, "id 1.4".to_owned()));
    let client_id = "c 1 lost".to_owned();
    assert_eq!(check(&history), [Fault::Unkept { client_id }]);
}

#[test]
fn an_entry_that_is_gone_from_the_database_is_noticed() {
    let mut history = good();
    history.logs[1].pop();
    let faults = check(&history);
    let strange = faults
        .iter()
        .filter(|fault| matches!(fault, Fault::Strange { seq: LENGTH, .. }));
    assert_eq!(strange.count(), 3, "all readers have it");
    assert!(faults.contains(&Fault::Unkept {
        client_id: format!("c 1.{LENGTH}")
    }));
    assert_eq!(faults.len(), 4);
}

#[test]
fn what_is_stored_twice_or_changed_is_noticed() {
    let mut history = good();
    let mut again = history.logs[0][3].clone();
    again.seq = LENGTH + 1;
    history.logs[0].push(again.clone());
    for held in history
        .held
        .iter_mut()
        .filter(|held| held.conversation == 0)
    {
        held.entries.push(again.clone());
    }
    let client_id = "c 0.4".to_owned();
    assert_eq!(check(&history), [Fault::Stored { client_id }]);

    let mut history = good();
    history.sent[0].content = "other words".to_owned();
    let client_id = "c 0.2".to_owned();
    assert_eq!(check(&history), [Fault::Stored { client_id }]);

    let mut history = good();
    history.held[4].entries[3].words = None;
    let strange = Fault::Strange {
        reader: "reader 1".to_owned(),
        conversation: 1,
        seq: 4,
    };
    assert_eq!(check(&history), [strange]);
}

#[test]
fn a_gap_in_the_database_is_noticed() {
    let mut history = good();
    history.logs[0].remove(0);
    let faults = check(&history);
    assert!(
        faults.contains(&Fault::Log {
            conversation: 0,
            seq: 1
        }),
        "{faults:?}"
    );
}
