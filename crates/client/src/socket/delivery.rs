//! Delivery state: the next expected log entry and unacknowledged messages. Independent of connections.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::OwnedSemaphorePermit;

use super::command::PendingMessage;
use super::frame::{ErrorFrame, MessageReceivedFrame};
use super::reply::SendReceipt;
use crate::Error;
use crate::log::ChatLogEntry;

/// Delivery state of a socket across its connections.
#[derive(Debug, Default)]
pub(super) struct DeliveryTracker {
    /// Every entry up to here was delivered.
    last_seq: i64,
    /// Own messages acknowledged ahead of the replay, by seq. The server does not send their log entries again, so
    /// they are inserted when the replay reaches that seq.
    acked_ahead: BTreeMap<i64, (Box<ChatLogEntry>, OwnedSemaphorePermit)>,
    pending: VecDeque<PendingMessage>,
}

/// A seq was skipped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SequenceGap;

impl DeliveryTracker {
    /// Returns the last delivered seq.
    pub(super) fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Restarts at a seq.
    pub(super) fn reset(&mut self, seq: i64) {
        self.last_seq = seq;
        self.acked_ahead.clear();
    }

    /// Prepares for a new connection, which replays everything after [`DeliveryTracker::last_seq`], including
    /// messages acknowledged ahead.
    pub(super) fn resume(&mut self) {
        self.acked_ahead.clear();
    }

    /// Returns whether acknowledged messages wait for earlier entries.
    pub(super) fn has_acked_ahead(&self) -> bool {
        !self.acked_ahead.is_empty()
    }

    /// Adds an unacknowledged message; returns its frame.
    pub(super) fn enqueue(&mut self, pending: PendingMessage) -> &str {
        self.pending.push_back(pending);
        self.pending.back().map_or("", |pending| &pending.frame)
    }

    /// Returns the frames of unacknowledged messages, to be sent again in order.
    pub(super) fn unacked_frames(&self) -> impl Iterator<Item = &str> {
        self.pending.iter().map(|pending| pending.frame.as_str())
    }

    /// Delivers an entry and the acknowledged messages that follow it; skips one that was delivered before.
    ///
    /// # Errors
    /// [`SequenceGap`] if entries before it are missing.
    pub(super) fn on_entry(
        &mut self,
        entry: Box<ChatLogEntry>,
        deliver: &mut dyn FnMut(Box<ChatLogEntry>),
    ) -> Result<(), SequenceGap> {
        if entry.seq <= self.last_seq {
            return Ok(());
        }
        if entry.seq != self.last_seq + 1 {
            return Err(SequenceGap);
        }
        self.last_seq = entry.seq;
        deliver(entry);
        while let Some((entry, _)) = self.acked_ahead.remove(&(self.last_seq + 1)) {
            self.last_seq = entry.seq;
            deliver(entry);
        }
        Ok(())
    }

    /// Resolves an acknowledged message and delivers it at its seq.
    ///
    /// # Errors
    /// [`SequenceGap`] if it acknowledges an unknown message after the last seq.
    pub(super) fn on_ack(
        &mut self,
        received: MessageReceivedFrame,
        deliver: &mut dyn FnMut(Box<ChatLogEntry>),
    ) -> Result<(), SequenceGap> {
        let index = self.pending_index(received.client_message_id.as_deref());
        let pending = index.and_then(|index| self.pending.remove(index));
        let Some(PendingMessage {
            id,
            message,
            result_sender,
            permit,
            ..
        }) = pending
        else {
            // Acknowledgements of other senders' messages have no content.
            return if received.seq > self.last_seq {
                Err(SequenceGap)
            } else {
                Ok(())
            };
        };
        let entry = received.to_entry(&id, message.content, message.metadata.unwrap_or_default());
        let seq = received.seq;
        // The caller may have stopped waiting.
        let _ = result_sender.send(Ok(SendReceipt {
            message_id: received.message_id,
            seq,
            timestamp: received.timestamp,
            client_message_id: id,
            duplicate: received.duplicate,
        }));
        if seq > self.last_seq + 1 {
            self.acked_ahead.insert(seq, (entry, permit));
            return Ok(());
        }
        self.on_entry(entry, deliver)
    }

    /// Fails a rejected message; returns whether it was one.
    pub(super) fn on_error(&mut self, error: &ErrorFrame) -> bool {
        let index = self.pending_index(error.client_message_id.as_deref());
        let Some(pending) = index.and_then(|index| self.pending.remove(index)) else {
            return false;
        };
        let error = Error::Api(Box::new(error.to_api_error()));
        let _ = pending.result_sender.send(Err(error));
        true
    }

    /// Removes all unacknowledged messages.
    pub(super) fn take_pending(&mut self) -> impl Iterator<Item = PendingMessage> {
        self.pending.drain(..)
    }

    fn pending_index(&self, id: Option<&str>) -> Option<usize> {
        let id = id?;
        self.pending.iter().position(|pending| pending.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use tokio::sync::{Semaphore, oneshot};

    use super::*;
    use crate::CreateMessageRequest;

    type AckReceiver = oneshot::Receiver<Result<SendReceipt, Error>>;

    /// A tracker, its window, and what it has delivered.
    struct TrackerFixture {
        tracker: DeliveryTracker,
        in_flight: Arc<Semaphore>,
        delivered: Vec<ChatLogEntry>,
    }

    impl TrackerFixture {
        fn new(window: usize) -> Self {
            Self {
                tracker: DeliveryTracker::default(),
                in_flight: Arc::new(Semaphore::new(window)),
                delivered: Vec::new(),
            }
        }

        fn send(&mut self, id: &str) -> AckReceiver {
            let (result_sender, receipt) = oneshot::channel();
            self.tracker.enqueue(PendingMessage {
                id: id.to_owned(),
                message: CreateMessageRequest::new(format!("text of {id}")),
                frame: format!("frame of {id}"),
                result_sender,
                permit: self.in_flight.clone().try_acquire_owned().unwrap(),
            });
            receipt
        }

        fn receive_entry(&mut self, seq: i64) -> Result<(), SequenceGap> {
            let entry = Box::new(ChatLogEntry::unknown(seq, "x"));
            let delivered = &mut self.delivered;
            self.tracker
                .on_entry(entry, &mut |entry| delivered.push(*entry))
        }

        fn ack(&mut self, seq: i64, id: &str) -> Result<(), SequenceGap> {
            let received = MessageReceivedFrame {
                timestamp: "t".to_owned(),
                message_id: format!("m{seq}"),
                user_id: "u".to_owned(),
                seq,
                client_message_id: Some(id.to_owned()),
                duplicate: false,
            };
            let delivered = &mut self.delivered;
            self.tracker
                .on_ack(received, &mut |entry| delivered.push(*entry))
        }

        fn is_pending(&self, id: &str) -> bool {
            let frame = format!("frame of {id}");
            self.tracker.unacked_frames().any(|waits| waits == frame)
        }

        fn delivered_seqs(&self) -> Vec<i64> {
            self.delivered.iter().map(|entry| entry.seq).collect()
        }
    }

    #[test]
    fn entry_is_delivered_once_and_gap_is_detected() {
        let mut fixture = TrackerFixture::new(1);
        fixture.tracker.reset(4);
        fixture.receive_entry(5).unwrap();
        fixture.receive_entry(5).unwrap();
        assert_eq!(fixture.receive_entry(7), Err(SequenceGap));
        assert_eq!(fixture.ack(9, "somebody else's"), Err(SequenceGap));
        assert_eq!(
            fixture.delivered_seqs(),
            [5],
            "what comes after a gap is not given out"
        );
        fixture.receive_entry(6).unwrap();
        assert_eq!(fixture.delivered_seqs(), [5, 6]);
    }

    #[test]
    fn ack_ahead_holds_permit_until_its_seq() {
        let mut fixture = TrackerFixture::new(2);
        let mut receipt = fixture.send("a");
        fixture.ack(3, "a").unwrap();
        assert_eq!(fixture.delivered_seqs(), [0; 0]);
        let stored = receipt.try_recv().unwrap().unwrap();
        assert_eq!(stored.seq, 3, "it is stored, whatever is still to be read");
        assert_eq!(fixture.in_flight.available_permits(), 1);
        fixture.receive_entry(1).unwrap();
        fixture.receive_entry(2).unwrap();
        assert_eq!(fixture.delivered_seqs(), [1, 2, 3]);
        assert_eq!(fixture.delivered[2].message().unwrap().content, "text of a");
        assert_eq!(fixture.in_flight.available_permits(), 2);
    }

    #[test]
    fn unacked_messages_are_resent_in_order() {
        let mut fixture = TrackerFixture::new(9);
        let mut pending = ["a", "b", "c"].map(|id| fixture.send(id));
        fixture.ack(1, "b").unwrap();
        let again: Vec<_> = fixture.tracker.unacked_frames().collect();
        assert_eq!(again, ["frame of a", "frame of c"]);
        let error = ErrorFrame {
            error_code: "NO".to_owned(),
            message: String::new(),
            fatal: false,
            reference: None,
            client_message_id: Some("c".to_owned()),
        };
        assert!(fixture.tracker.on_error(&error));
        assert!(!fixture.tracker.on_error(&error), "it waits no more");
        let error = pending[2].try_recv().unwrap().unwrap_err();
        assert_eq!(error.code(), Some("NO"));
        assert_eq!(fixture.tracker.take_pending().count(), 1);
    }

    /// How a server delivers a seq.
    #[derive(Debug, Clone, Copy)]
    enum DeliveryOrder {
        /// As a log entry.
        Entry,
        /// As an acknowledgement in log order.
        AckInOrder,
        /// As an acknowledgement ahead of the replay.
        AckAhead,
    }

    proptest! {
        /// A log of own messages, delivered by several connections that are cut at some seq.
        #[test]
        fn every_seq_is_delivered_once(
            length in 1_i64..30,
            cuts in proptest::collection::vec((0_i64..30, 0_usize..3), 0..6),
        ) {
            let mut fixture = TrackerFixture::new(30);
            let id = |seq: i64| format!("c{seq}");
            let receipts: Vec<_> = (1..=length).map(|seq| fixture.send(&id(seq))).collect();
            for (cut, order) in cuts.into_iter().chain([(length, 1), (length, 0)]) {
                let order = [DeliveryOrder::Entry, DeliveryOrder::AckInOrder, DeliveryOrder::AckAhead][order];
                fixture.tracker.resume();
                let from = fixture.tracker.last_seq() + 1;
                let pending: Vec<i64> = (1..=cut.min(length)).filter(|seq| fixture.is_pending(&id(*seq))).collect();
                if let DeliveryOrder::AckAhead = order {
                    for seq in &pending {
                        fixture.ack(*seq, &id(*seq)).unwrap();
                    }
                }
                for seq in from..=cut.min(length) {
                    match (order, pending.contains(&seq)) {
                        (DeliveryOrder::AckAhead, true) => {}
                        (DeliveryOrder::AckInOrder, true) => fixture.ack(seq, &id(seq)).unwrap(),
                        _ => fixture.receive_entry(seq).unwrap(),
                    }
                }
            }
            prop_assert!(fixture.delivered_seqs().into_iter().eq(1..=length));
            // Messages delivered as entries are acknowledged when they are sent again.
            for seq in (1..=length).filter(|seq| fixture.is_pending(&id(*seq))).collect::<Vec<_>>() {
                fixture.ack(seq, &id(seq)).unwrap();
            }
            prop_assert_eq!(fixture.delivered.len(), receipts.len());
            prop_assert_eq!(fixture.in_flight.available_permits(), 30);
            for mut receipt in receipts {
                prop_assert!(receipt.try_recv().unwrap().is_ok());
            }
        }
    }
}
