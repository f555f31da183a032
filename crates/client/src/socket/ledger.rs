//! What was heard and what was said: which entry is next, and which message waits for its confirmation. Knows nothing of
//! connections.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::OwnedSemaphorePermit;

use super::command::Pending;
use super::frame::{Received, Refused};
use super::sender::Receipt;
use crate::Error;
use crate::http::message::Message;
use crate::log::Entry;

/// One socket's books, which outlive its connections.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Every entry up to here was given out.
    has: i64,
    /// Own words that were confirmed before their turn, which the server does while it still replays the log. It does
    /// not say them again when their turn comes.
    early: BTreeMap<i64, (Box<Entry>, OwnedSemaphorePermit)>,
    pending: VecDeque<Pending>,
}

/// A position was left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap;

impl Ledger {
    /// Every entry up to here was given out.
    pub(super) fn has(&self) -> i64 {
        self.has
    }

    /// Begins at a position, whatever was before.
    pub(super) fn reset(&mut self, has: i64) {
        self.has = has;
        self.early.clear();
    }

    /// A new connection tells everything after [`Ledger::has`]. Own words that wait for their turn are among it.
    pub(super) fn resume(&mut self) {
        self.early.clear();
    }

    /// Whether own words wait for entries before them.
    pub(super) fn is_waiting(&self) -> bool {
        !self.early.is_empty()
    }

    /// Notes a message that is to be confirmed, and gives what is sent for it.
    pub(super) fn say(&mut self, pending: Pending) -> &str {
        self.pending.push_back(pending);
        self.pending.back().map_or("", |pending| &pending.frame)
    }

    /// What is not confirmed, to be sent again in the same order.
    pub(super) fn unconfirmed(&self) -> impl Iterator<Item = &str> {
        self.pending.iter().map(|pending| pending.frame.as_str())
    }

    /// An entry was heard: it is given out, with what waited for it. One that was given out before is passed over.
    pub(super) fn entry(
        &mut self,
        entry: Box<Entry>,
        give: &mut dyn FnMut(Box<Entry>),
    ) -> Result<(), Gap> {
        if entry.seq <= self.has {
            return Ok(());
        }
        if entry.seq != self.has + 1 {
            return Err(Gap);
        }
        self.has = entry.seq;
        give(entry);
        while let Some((entry, _)) = self.early.remove(&(self.has + 1)) {
            self.has = entry.seq;
            give(entry);
        }
        Ok(())
    }

    /// A message was confirmed, which takes its place among the entries.
    pub(super) fn received(
        &mut self,
        received: Received,
        give: &mut dyn FnMut(Box<Entry>),
    ) -> Result<(), Gap> {
        let place = self.place(received.client_message_id.as_deref());
        let said = place.and_then(|place| self.pending.remove(place));
        let Some(Pending {
            id,
            message,
            done,
            permit,
            ..
        }) = said
        else {
            // Somebody else's confirmation tells a position and not what is there.
            return if received.seq > self.has {
                Err(Gap)
            } else {
                Ok(())
            };
        };
        let entry = own(
            &received,
            &id,
            message.content,
            message.metadata.unwrap_or_default(),
        );
        let seq = received.seq;
        // Who does not wait any more needs no receipt.
        let _ = done.send(Ok(Receipt {
            message_id: received.message_id,
            seq,
            at: received.timestamp,
            client_message_id: id,
            duplicate: received.duplicate,
        }));
        if seq > self.has + 1 {
            self.early.insert(seq, (entry, permit));
            return Ok(());
        }
        self.entry(entry, give)
    }

    /// Something was refused; tells whether it was a message.
    pub(super) fn refused(&mut self, refused: &Refused) -> bool {
        let place = self.place(refused.client_message_id.as_deref());
        let Some(pending) = place.and_then(|place| self.pending.remove(place)) else {
            return false;
        };
        let error = Error::Refused(Box::new(refused.refusal()));
        let _ = pending.done.send(Err(error));
        true
    }

    /// Gives up what is not confirmed.
    pub(super) fn give_up(&mut self) -> impl Iterator<Item = Pending> {
        self.pending.drain(..)
    }

    fn place(&self, id: Option<&str>) -> Option<usize> {
        let id = id?;
        self.pending.iter().position(|pending| pending.id == id)
    }
}

fn own(
    received: &Received,
    id: &str,
    content: String,
    metadata: serde_json::Map<String, serde_json::Value>,
) -> Box<Entry> {
    let message = Message {
        id: received.message_id.clone(),
        content,
        sender_role: "user".to_owned(),
        media_type: None,
        media_url: None,
        created_at: received.timestamp.clone(),
        metadata,
        seq: received.seq,
        sender_id: Some(received.user_id.clone()),
        client_message_id: Some(id.to_owned()),
        status: "complete".to_owned(),
    };
    let at = received.timestamp.clone();
    Box::new(Entry::of_own(received.seq, at, message))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use tokio::sync::{Semaphore, oneshot};

    use super::*;
    use crate::NewMessage;

    type Waiting = oneshot::Receiver<Result<Receipt, Error>>;

    /// A ledger, its window, and what it has given out.
    struct Books {
        ledger: Ledger,
        window: Arc<Semaphore>,
        given: Vec<Entry>,
    }

    impl Books {
        fn new(window: usize) -> Self {
            Self {
                ledger: Ledger::default(),
                window: Arc::new(Semaphore::new(window)),
                given: Vec::new(),
            }
        }

        fn say(&mut self, id: &str) -> Waiting {
            let (done, receipt) = oneshot::channel();
            self.ledger.say(Pending {
                id: id.to_owned(),
                message: NewMessage::new(format!("text of {id}")),
                frame: format!("frame of {id}"),
                done,
                permit: self.window.clone().try_acquire_owned().unwrap(),
            });
            receipt
        }

        fn hear(&mut self, seq: i64) -> Result<(), Gap> {
            let entry = Box::new(Entry::unread(seq, "x"));
            let given = &mut self.given;
            self.ledger.entry(entry, &mut |entry| given.push(*entry))
        }

        fn confirm(&mut self, seq: i64, id: &str) -> Result<(), Gap> {
            let received = Received {
                timestamp: "t".to_owned(),
                message_id: format!("m{seq}"),
                user_id: "u".to_owned(),
                seq,
                client_message_id: Some(id.to_owned()),
                duplicate: false,
            };
            let given = &mut self.given;
            self.ledger
                .received(received, &mut |entry| given.push(*entry))
        }

        fn waits(&self, id: &str) -> bool {
            let frame = format!("frame of {id}");
            self.ledger.unconfirmed().any(|waits| waits == frame)
        }

        fn seqs(&self) -> Vec<i64> {
            self.given.iter().map(|entry| entry.seq).collect()
        }
    }

    #[test]
    fn a_position_is_given_out_once_and_a_gap_is_noticed() {
        let mut books = Books::new(1);
        books.ledger.reset(4);
        books.hear(5).unwrap();
        books.hear(5).unwrap();
        assert_eq!(books.hear(7), Err(Gap));
        assert_eq!(books.confirm(9, "somebody else's"), Err(Gap));
        assert_eq!(books.seqs(), [5], "what comes after a gap is not given out");
        books.hear(6).unwrap();
        assert_eq!(books.seqs(), [5, 6]);
    }

    #[test]
    fn a_confirmation_takes_its_place_and_holds_its_window_until_then() {
        let mut books = Books::new(2);
        let mut receipt = books.say("a");
        books.confirm(3, "a").unwrap();
        assert_eq!(books.seqs(), [0; 0]);
        let stored = receipt.try_recv().unwrap().unwrap();
        assert_eq!(stored.seq, 3, "it is stored, whatever is still to be read");
        assert_eq!(books.window.available_permits(), 1);
        books.hear(1).unwrap();
        books.hear(2).unwrap();
        assert_eq!(books.seqs(), [1, 2, 3]);
        assert_eq!(books.given[2].message().unwrap().content, "text of a");
        assert_eq!(books.window.available_permits(), 2);
    }

    #[test]
    fn what_is_not_confirmed_is_said_again_in_order() {
        let mut books = Books::new(9);
        let mut waiting = ["a", "b", "c"].map(|id| books.say(id));
        books.confirm(1, "b").unwrap();
        let again: Vec<_> = books.ledger.unconfirmed().collect();
        assert_eq!(again, ["frame of a", "frame of c"]);
        let refused = Refused {
            error_code: "NO".to_owned(),
            message: String::new(),
            fatal: false,
            reference: None,
            client_message_id: Some("c".to_owned()),
        };
        assert!(books.ledger.refused(&refused));
        assert!(!books.ledger.refused(&refused), "it waits no more");
        let error = waiting[2].try_recv().unwrap().unwrap_err();
        assert_eq!(error.code(), Some("NO"));
        assert_eq!(books.ledger.give_up().count(), 1);
    }

    /// How a server tells a position.
    #[derive(Debug, Clone, Copy)]
    enum Told {
        /// As anybody's.
        Entry,
        /// As a confirmation in its turn.
        Turn,
        /// As a confirmation before everything that is still to be told.
        Early,
    }

    proptest! {
        /// A log of one's own words, told by one connection after another, each up to where it is cut.
        #[test]
        fn every_position_is_given_out_once(
            length in 1_i64..30,
            cuts in proptest::collection::vec((0_i64..30, 0_usize..3), 0..6),
        ) {
            let mut books = Books::new(30);
            let id = |seq: i64| format!("c{seq}");
            let receipts: Vec<_> = (1..=length).map(|seq| books.say(&id(seq))).collect();
            for (cut, way) in cuts.into_iter().chain([(length, 1), (length, 0)]) {
                let way = [Told::Entry, Told::Turn, Told::Early][way];
                books.ledger.resume();
                let from = books.ledger.has() + 1;
                let waiting: Vec<i64> = (1..=cut.min(length)).filter(|seq| books.waits(&id(*seq))).collect();
                if let Told::Early = way {
                    for seq in &waiting {
                        books.confirm(*seq, &id(*seq)).unwrap();
                    }
                }
                for seq in from..=cut.min(length) {
                    match (way, waiting.contains(&seq)) {
                        (Told::Early, true) => {}
                        (Told::Turn, true) => books.confirm(seq, &id(seq)).unwrap(),
                        _ => books.hear(seq).unwrap(),
                    }
                }
            }
            prop_assert!(books.seqs().into_iter().eq(1..=length));
            // What was told as anybody's is confirmed when it is said again.
            for seq in (1..=length).filter(|seq| books.waits(&id(*seq))).collect::<Vec<_>>() {
                books.confirm(seq, &id(seq)).unwrap();
            }
            prop_assert_eq!(books.given.len(), receipts.len());
            prop_assert_eq!(books.window.available_permits(), 30);
            for mut receipt in receipts {
                prop_assert!(receipt.try_recv().unwrap().is_ok());
            }
        }
    }
}
