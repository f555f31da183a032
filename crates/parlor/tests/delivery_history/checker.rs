//! Checks whether a recorded history keeps the delivery guarantees. It uses nothing but the record.

use std::collections::{BTreeMap, BTreeSet};

/// The compared fields of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedMessage {
    pub(crate) id: String,
    pub(crate) content: String,
    pub(crate) client_id: Option<String>,
}

/// An entry of a log. Entries other than messages are compared by their position alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedEntry {
    pub(crate) seq: i64,
    pub(crate) message: Option<RecordedMessage>,
}

/// A message that a writer tried to send.
#[derive(Debug, Clone)]
pub(crate) struct SentMessage {
    pub(crate) conversation: usize,
    pub(crate) client_id: String,
    pub(crate) content: String,
    /// Position and id, if it was acknowledged.
    pub(crate) acked: Option<(i64, String)>,
}

/// The entries that a reader received of a conversation, from the first one on, in the order of arrival.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedLog {
    pub(crate) reader: String,
    pub(crate) conversation: usize,
    pub(crate) entries: Vec<RecordedEntry>,
}

impl ReceivedLog {
    pub(crate) fn new(reader: &str, conversation: usize) -> Self {
        Self {
            reader: reader.to_owned(),
            conversation,
            entries: Vec::new(),
        }
    }
}

/// The whole record. The logs are the database's, by conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeliveryHistory {
    pub(crate) sent: Vec<SentMessage>,
    pub(crate) received: Vec<ReceivedLog>,
    pub(crate) logs: Vec<Vec<RecordedEntry>>,
}

/// A broken guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// The stored log lacks a position or has one twice.
    LogGap { conversation: usize, seq: i64 },
    /// A reader did not receive an entry.
    Missing {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader received an entry again.
    Duplicate {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader received an entry after a later one.
    OutOfOrder {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader received an entry that differs from the stored one.
    Unexpected {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// An acknowledged message is not at its acknowledged position.
    AckBroken { client_id: String },
    /// A message is stored more than once, or differently from what was sent.
    StoredWrongly { client_id: String },
}

/// Every guarantee that the history breaks.
pub(crate) fn check(history: &DeliveryHistory) -> Vec<Violation> {
    let mut faults = Vec::new();
    for (conversation, log) in history.logs.iter().enumerate() {
        let gaps = log.iter().zip(1..).filter(|(entry, seq)| entry.seq != *seq);
        faults.extend(gaps.map(|(_, seq)| Violation::LogGap { conversation, seq }));
    }
    for held in &history.received {
        faults.extend(compare_log(held, &history.logs[held.conversation]));
    }
    for sent in &history.sent {
        faults.extend(check_sent(sent, &history.logs[sent.conversation]));
    }
    faults
}

fn compare_log(held: &ReceivedLog, log: &[RecordedEntry]) -> Vec<Violation> {
    let at = |seq| (held.reader.clone(), held.conversation, seq);
    let logged: BTreeMap<i64, &RecordedEntry> =
        log.iter().map(|entry| (entry.seq, entry)).collect();
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for entry in &held.entries {
        let (reader, conversation, seq) = at(entry.seq);
        let is_late = seen.last().is_some_and(|last| *last > seq);
        if !seen.insert(seq) {
            faults.push(Violation::Duplicate {
                reader,
                conversation,
                seq,
            });
        } else if logged.get(&seq) != Some(&entry) {
            faults.push(Violation::Unexpected {
                reader,
                conversation,
                seq,
            });
        } else if is_late {
            faults.push(Violation::OutOfOrder {
                reader,
                conversation,
                seq,
            });
        }
    }
    let missing = logged.keys().filter(|seq| !seen.contains(seq));
    faults.extend(missing.map(|seq| {
        let (reader, conversation, seq) = at(*seq);
        Violation::Missing {
            reader,
            conversation,
            seq,
        }
    }));
    faults
}

fn check_sent(sent: &SentMessage, log: &[RecordedEntry]) -> Vec<Violation> {
    let client_id = &sent.client_id;
    let stored: Vec<(i64, &RecordedMessage)> = log
        .iter()
        .filter_map(|entry| Some((entry.seq, entry.message.as_ref()?)))
        .filter(|(_, words)| words.client_id.as_ref() == Some(client_id))
        .collect();
    let mut faults = Vec::new();
    let changed = |(_, words): &(i64, &RecordedMessage)| words.content != sent.content;
    if stored.len() > 1 || stored.iter().any(changed) {
        faults.push(Violation::StoredWrongly {
            client_id: client_id.clone(),
        });
    }
    if let Some((seq, id)) = &sent.acked
        && !stored
            .iter()
            .any(|(at, words)| (at, &words.id) == (seq, id))
    {
        faults.push(Violation::AckBroken {
            client_id: client_id.clone(),
        });
    }
    faults
}
