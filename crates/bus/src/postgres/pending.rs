//! What waits to be sent to other nodes.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use parlor_model::live::Growth;
use tokio::sync::{Notify, watch};

use crate::Note;

/// Conversations that may wait, and as many notes of what passes.
const MOST: usize = 10_000;
/// Bytes of messages of channels that may wait.
const MOST_BYTES: usize = 8 << 20;

/// Notes in the order in which they may be sent: a log's growths are one, whatever their number.
pub(super) struct Pending {
    state: Mutex<State>,
    changed: Notify,
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// How far logs reach, by workspace and number.
    grown: BTreeMap<(i64, i64), i64>,
    rights: BTreeSet<Option<i64>>,
    passing: Vec<Note>,
    /// Bytes of the messages of channels among them.
    bytes: usize,
    /// There was too much of something: the others are told to look for themselves.
    is_lost: bool,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            changed: Notify::new(),
            closed: watch::Sender::new(false),
        }
    }
}

impl Pending {
    /// Adds notes. What is too much is dropped, and the others will know.
    pub(super) fn add(&self, notes: &[Note]) {
        {
            let mut state = self.state.lock();
            for note in notes {
                state.add(note);
            }
        }
        self.changed.notify_one();
    }

    /// Waits until something waits, or the end. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&self) {
        while !*self.closed.borrow() && self.state.lock().is_empty() {
            self.changed.notified().await;
        }
    }

    /// Takes all that waits: changed rights before the logs that grew with them.
    pub(super) fn take(&self) -> Vec<Note> {
        let mut state = self.state.lock();
        let lost = std::mem::take(&mut state.is_lost).then_some(Note::Resynced);
        let rights = std::mem::take(&mut state.rights).into_iter();
        let grown = std::mem::take(&mut state.grown).into_iter();
        let grown = grown.map(|((ws, conversation), seq)| {
            Note::Grew(Growth {
                ws,
                conversation,
                seq,
            })
        });
        let mut notes: Vec<Note> = rights.map(Note::RightsChanged).chain(grown).collect();
        notes.append(&mut state.passing);
        state.bytes = 0;
        notes.extend(lost);
        notes
    }

    pub(super) fn close(&self) {
        self.closed.send_replace(true);
        self.changed.notify_one();
    }

    /// Waits until the bus is closed.
    pub(super) async fn closed(&self) {
        // The sender is here: it does not go before.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    /// Waits until the bus is closed, and for ever where something waits then.
    pub(super) async fn closed_empty(&self) {
        self.closed().await;
        if !self.state.lock().is_empty() {
            std::future::pending::<()>().await;
        }
    }
}

impl State {
    fn add(&mut self, note: &Note) {
        match note {
            Note::Grew(growth) => {
                let place = (growth.ws, growth.conversation);
                let is_new = !self.grown.contains_key(&place);
                if is_new && self.grown.len() >= MOST {
                    self.is_lost = true;
                    return;
                }
                let known = self.grown.entry(place).or_insert(growth.seq);
                // A conversation that is gone stays gone.
                if growth.is_end() || *known != Growth::GONE && *known < growth.seq {
                    *known = growth.seq;
                }
            }
            Note::RightsChanged(ws) => {
                self.rights.insert(*ws);
            }
            Note::Signal(_) | Note::Presence(_) => self.add_passing(note, 0),
            Note::Channel(message) => self.add_passing(note, message.message.len()),
            Note::Resynced => self.is_lost = true,
        }
    }

    fn add_passing(&mut self, note: &Note, bytes: usize) {
        if self.passing.len() >= MOST || self.bytes + bytes > MOST_BYTES {
            self.is_lost = true;
        } else {
            self.bytes += bytes;
            self.passing.push(note.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.grown.is_empty() && self.rights.is_empty() && self.passing.is_empty() && !self.is_lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grew(conversation: i64, seq: i64) -> Note {
        Note::Grew(Growth {
            ws: 1,
            conversation,
            seq,
        })
    }

    fn taken(pending: &Pending) -> Vec<(i64, i64)> {
        let notes = pending.take().into_iter();
        notes
            .map(|note| match note {
                Note::Grew(growth) => (growth.conversation, growth.seq),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn many_growths_of_a_log_are_one_note() {
        let pending = Pending::default();
        pending.add(&[grew(1, 5), grew(2, 1), grew(1, 7), grew(1, 6)]);
        assert_eq!(taken(&pending), [(1, 7), (2, 1)]);
        pending.add(&[grew(1, 8), grew(1, Growth::GONE), grew(1, 9)]);
        assert_eq!(taken(&pending), [(1, Growth::GONE)]);
        assert!(pending.take().is_empty());
    }

    #[test]
    fn what_is_too_much_is_said_to_be_lost() {
        let pending = Pending::default();
        let many: Vec<Note> = (0..=MOST as i64).map(|number| grew(number, 1)).collect();
        pending.add(&many);
        let notes = pending.take();
        assert_eq!(notes.len(), MOST + 1);
        assert!(matches!(notes.last(), Some(Note::Resynced)));
    }

    #[tokio::test]
    async fn the_end_wakes_who_waits() {
        let pending = Pending::default();
        pending.close();
        pending.wait().await;
        pending.closed_empty().await;
        assert!(pending.take().is_empty());
    }
}
