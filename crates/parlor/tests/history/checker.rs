//! Whether a recorded history is one that the promises allow. Knows of nothing but the record.

use std::collections::{BTreeMap, BTreeSet};

/// A message, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) id: String,
    pub(crate) content: String,
    pub(crate) client_id: Option<String>,
}

/// An entry of a log. What is no message is compared by its place alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) words: Option<Words>,
}

/// Something that was to be said.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) conversation: usize,
    pub(crate) client_id: String,
    pub(crate) content: String,
    /// Position and id, where it was confirmed.
    pub(crate) acked: Option<(i64, String)>,
}

/// What a reader was given of a conversation from its first entry on, in the order it was given.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) reader: String,
    pub(crate) conversation: usize,
    pub(crate) entries: Vec<Entry>,
}

impl Held {
    pub(crate) fn new(reader: &str, conversation: usize) -> Self {
        Self {
            reader: reader.to_owned(),
            conversation,
            entries: Vec::new(),
        }
    }
}

/// Everything that was recorded. Logs are the database's, by conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) sent: Vec<Sent>,
    pub(crate) held: Vec<Held>,
    pub(crate) logs: Vec<Vec<Entry>>,
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The database's own log leaves out a position or has one twice.
    Log { conversation: usize, seq: i64 },
    /// A reader lacks an entry.
    Lost {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader was given an entry again.
    Twice {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader was given an entry after a later one.
    Late {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// A reader was given something that the log does not have there.
    Strange {
        reader: String,
        conversation: usize,
        seq: i64,
    },
    /// What was confirmed is not where it was said to be.
    Unkept { client_id: String },
    /// What was said stands in the log more than once, or otherwise than it was said.
    Stored { client_id: String },
}

/// Every promise that the history breaks.
pub(crate) fn check(history: &History) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (conversation, log) in history.logs.iter().enumerate() {
        let gaps = log.iter().zip(1..).filter(|(entry, seq)| entry.seq != *seq);
        faults.extend(gaps.map(|(_, seq)| Fault::Log { conversation, seq }));
    }
    for held in &history.held {
        faults.extend(compare(held, &history.logs[held.conversation]));
    }
    for sent in &history.sent {
        faults.extend(look_up(sent, &history.logs[sent.conversation]));
    }
    faults
}

fn compare(held: &Held, log: &[Entry]) -> Vec<Fault> {
    let place = |seq| (held.reader.clone(), held.conversation, seq);
    let logged: BTreeMap<i64, &Entry> = log.iter().map(|entry| (entry.seq, entry)).collect();
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for entry in &held.entries {
        let (reader, conversation, seq) = place(entry.seq);
        let is_late = seen.last().is_some_and(|last| *last > seq);
        if !seen.insert(seq) {
            faults.push(Fault::Twice {
                reader,
                conversation,
                seq,
            });
        } else if logged.get(&seq) != Some(&entry) {
            faults.push(Fault::Strange {
                reader,
                conversation,
                seq,
            });
        } else if is_late {
            faults.push(Fault::Late {
                reader,
                conversation,
                seq,
            });
        }
    }
    let missing = logged.keys().filter(|seq| !seen.contains(seq));
    faults.extend(missing.map(|seq| {
        let (reader, conversation, seq) = place(*seq);
        Fault::Lost {
            reader,
            conversation,
            seq,
        }
    }));
    faults
}

fn look_up(sent: &Sent, log: &[Entry]) -> Vec<Fault> {
    let client_id = &sent.client_id;
    let stored: Vec<(i64, &Words)> = log
        .iter()
        .filter_map(|entry| Some((entry.seq, entry.words.as_ref()?)))
        .filter(|(_, words)| words.client_id.as_ref() == Some(client_id))
        .collect();
    let mut faults = Vec::new();
    let changed = |(_, words): &(i64, &Words)| words.content != sent.content;
    if stored.len() > 1 || stored.iter().any(changed) {
        faults.push(Fault::Stored {
            client_id: client_id.clone(),
        });
    }
    if let Some((seq, id)) = &sent.acked
        && !stored
            .iter()
            .any(|(at, words)| (at, &words.id) == (seq, id))
    {
        faults.push(Fault::Unkept {
            client_id: client_id.clone(),
        });
    }
    faults
}
