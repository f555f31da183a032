//! Runs the checker on good histories, and on histories with each kind of violation.

use crate::checker::{
    DeliveryHistory, ReceivedLog, RecordedEntry, RecordedMessage, SentMessage, Violation, check,
};

const LOG_ENTRIES: i64 = 6;

/// Two conversations, three readers, and in each conversation one message whose acknowledgement was lost.
fn valid_history() -> DeliveryHistory {
    let mut history = DeliveryHistory::default();
    for conversation in 0..2 {
        let mut log = vec![RecordedEntry {
            seq: 1,
            message: None,
        }];
        for seq in 2..=LOG_ENTRIES {
            let words = RecordedMessage {
                id: format!("id {conversation}.{seq}"),
                content: format!("words {conversation}.{seq}"),
                client_id: Some(format!("c {conversation}.{seq}")),
            };
            history.sent.push(SentMessage {
                conversation,
                client_id: words.client_id.clone().unwrap(),
                content: words.content.clone(),
                acked: (seq != 3).then(|| (seq, words.id.clone())),
            });
            log.push(RecordedEntry {
                seq,
                message: Some(words),
            });
        }
        // Neither stored nor acknowledged: allowed.
        history.sent.push(SentMessage {
            conversation,
            client_id: format!("c {conversation} lost"),
            content: String::new(),
            acked: None,
        });
        for reader in 0..3 {
            history.received.push(ReceivedLog {
                reader: format!("reader {reader}"),
                conversation,
                entries: log.clone(),
            });
        }
        history.logs.push(log);
    }
    history
}

/// Changes every position of every reader's record, one at a time, and returns the checker's result for each.
fn plant_everywhere(
    into: &DeliveryHistory,
    spoil: impl Fn(&mut Vec<RecordedEntry>, usize),
) -> Vec<(i64, Vec<Violation>)> {
    let mut found = Vec::new();
    for (reader, held) in into.received.iter().enumerate() {
        for index in 0..held.entries.len() {
            let mut history = into.clone();
            let entries = &mut history.received[reader].entries;
            let seq = entries[index].seq;
            spoil(entries, index);
            if *entries != held.entries {
                found.push((seq, check(&history)));
            }
        }
    }
    found
}

/// Checks that a loss, a repetition and a swap at every position are found; returns how many were planted.
pub(crate) fn assert_all_planted_detected(history: &DeliveryHistory) -> usize {
    let lost = plant_everywhere(history, |entries, index| drop(entries.remove(index)));
    for (seq, faults) in &lost {
        let [Violation::Missing { seq: found, .. }] = &faults[..] else {
            panic!("a loss at {seq} is told as {faults:?}")
        };
        assert_eq!(found, seq);
    }
    let twice = plant_everywhere(history, |entries, index| {
        entries.insert(index, entries[index].clone());
    });
    for (seq, faults) in &twice {
        let [Violation::Duplicate { seq: found, .. }] = &faults[..] else {
            panic!("a repetition of {seq} is told as {faults:?}")
        };
        assert_eq!(found, seq);
    }
    let late = plant_everywhere(history, |entries, index| {
        if index + 1 < entries.len() {
            entries.swap(index, index + 1);
        }
    });
    for (seq, faults) in &late {
        let [Violation::OutOfOrder { seq: found, .. }] = &faults[..] else {
            panic!("an exchange at {seq} is told as {faults:?}")
        };
        assert_eq!(found, seq);
    }
    lost.len() + twice.len() + late.len()
}

#[test]
fn a_good_history_has_no_faults() {
    assert_eq!(check(&valid_history()), []);
}

#[test]
fn a_loss_a_repetition_and_an_exchange_are_noticed_wherever_they_are() {
    let records = 6;
    let entries = usize::try_from(LOG_ENTRIES).unwrap();
    assert_eq!(
        assert_all_planted_detected(&valid_history()),
        records * (3 * entries - 1)
    );
}

#[test]
fn a_confirmation_without_an_entry_is_noticed() {
    let mut history = valid_history();
    let sent = history.sent.iter_mut().find(|sent| sent.acked.is_none());
    let sent = sent.unwrap();
    // It was stored, but at another position.
    sent.acked = Some((2, "id 0.3".to_owned()));
    let client_id = "c 0.3".to_owned();
    assert_eq!(check(&history), [Violation::AckBroken { client_id }]);

    let mut history = valid_history();
    let sent = history.sent.last_mut().unwrap();
    sent.acked = Some((4, "id 1.4".to_owned()));
    let client_id = "c 1 lost".to_owned();
    assert_eq!(check(&history), [Violation::AckBroken { client_id }]);
}

#[test]
fn an_entry_that_is_gone_from_the_database_is_noticed() {
    let mut history = valid_history();
    history.logs[1].pop();
    let faults = check(&history);
    let strange = faults.iter().filter(|fault| {
        matches!(
            fault,
            Violation::Unexpected {
                seq: LOG_ENTRIES,
                ..
            }
        )
    });
    assert_eq!(strange.count(), 3, "all readers have it");
    assert!(faults.contains(&Violation::AckBroken {
        client_id: format!("c 1.{LOG_ENTRIES}")
    }));
    assert_eq!(faults.len(), 4);
}

#[test]
fn what_is_stored_twice_or_changed_is_noticed() {
    let mut history = valid_history();
    let mut again = history.logs[0][3].clone();
    again.seq = LOG_ENTRIES + 1;
    history.logs[0].push(again.clone());
    for held in history
        .received
        .iter_mut()
        .filter(|held| held.conversation == 0)
    {
        held.entries.push(again.clone());
    }
    let client_id = "c 0.4".to_owned();
    assert_eq!(check(&history), [Violation::StoredWrongly { client_id }]);

    let mut history = valid_history();
    history.sent[0].content = "other words".to_owned();
    let client_id = "c 0.2".to_owned();
    assert_eq!(check(&history), [Violation::StoredWrongly { client_id }]);

    let mut history = valid_history();
    history.received[4].entries[3].message = None;
    let strange = Violation::Unexpected {
        reader: "reader 1".to_owned(),
        conversation: 1,
        seq: 4,
    };
    assert_eq!(check(&history), [strange]);
}

#[test]
fn a_gap_in_the_database_is_noticed() {
    let mut history = valid_history();
    history.logs[0].remove(0);
    let faults = check(&history);
    assert!(
        faults.contains(&Violation::LogGap {
            conversation: 0,
            seq: 1
        }),
        "{faults:?}"
    );
}
