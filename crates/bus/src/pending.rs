//! Messages pending to be sent to other nodes.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use parlor_model::realtime::LogUpdate;
use parlor_model::turn::TurnChange;
use tokio::sync::{Notify, watch};

use crate::BusMessage;

/// Maximum number of pending log updates, and of pending ephemeral messages.
const MAX_PENDING_MESSAGES: usize = 10_000;
/// Maximum size of pending channel messages, in bytes.
const MAX_CHANNEL_BYTES: usize = 8 << 20;

/// Pending messages in sending order. Log updates of one conversation are coalesced.
pub(crate) struct PendingMessages {
    state: Mutex<State>,
    changed: Notify,
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// Newest `seq`s, by workspace and conversation number.
    log_updates: BTreeMap<(i64, i64), i64>,
    changed_rights: BTreeSet<Option<i64>>,
    ephemeral: Vec<BusMessage>,
    /// Size of the pending channel messages, in bytes.
    channel_bytes: usize,
    /// Messages were dropped: the other nodes receive `MessagesLost`.
    has_dropped: bool,
}

impl Default for PendingMessages {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            changed: Notify::new(),
            closed: watch::Sender::new(false),
        }
    }
}

impl PendingMessages {
    /// Adds messages. Those beyond the limits are dropped, and `MessagesLost` is sent instead.
    pub(crate) fn add(&self, messages: &[BusMessage]) {
        {
            let mut state = self.state.lock();
            for message in messages {
                state.add(message);
            }
        }
        self.changed.notify_one();
    }

    /// Waits until messages are pending or the bus is closed.
    ///
    /// # Cancel safety
    /// Cancelling the wait loses nothing.
    pub(crate) async fn wait(&self) {
        while !*self.closed.borrow() && self.state.lock().is_empty() {
            self.changed.notified().await;
        }
    }

    /// Takes all pending messages: changed rights before the log updates of the same commits.
    pub(crate) fn drain(&self) -> Vec<BusMessage> {
        let mut state = self.state.lock();
        let lost = std::mem::take(&mut state.has_dropped).then_some(BusMessage::MessagesLost);
        let rights = std::mem::take(&mut state.changed_rights).into_iter();
        let log_updates = std::mem::take(&mut state.log_updates).into_iter();
        let log_updates = log_updates.map(|((ws, conversation), seq)| {
            BusMessage::LogUpdate(LogUpdate {
                ws,
                conversation,
                seq,
            })
        });
        let mut messages: Vec<BusMessage> = rights
            .map(BusMessage::RightsChanged)
            .chain(log_updates)
            .collect();
        messages.append(&mut state.ephemeral);
        state.channel_bytes = 0;
        messages.extend(lost);
        messages
    }

    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
        self.changed.notify_one();
    }

    /// Waits until the bus is closed.
    pub(crate) async fn wait_closed(&self) {
        // `self` owns the sender, so it cannot be dropped before.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    /// Waits until the bus is closed; never returns if messages are pending then.
    pub(crate) async fn wait_closed_and_empty(&self) {
        self.wait_closed().await;
        if !self.state.lock().is_empty() {
            std::future::pending::<()>().await;
        }
    }
}

impl State {
    fn add(&mut self, message: &BusMessage) {
        match message {
            BusMessage::LogUpdate(update) => {
                let key = (update.ws, update.conversation);
                let is_new = !self.log_updates.contains_key(&key);
                if is_new && self.log_updates.len() >= MAX_PENDING_MESSAGES {
                    self.has_dropped = true;
                    return;
                }
                let newest = self.log_updates.entry(key).or_insert(update.seq);
                // A deletion is final.
                if update.is_deletion() || *newest != LogUpdate::DELETED && *newest < update.seq {
                    *newest = update.seq;
                }
            }
            BusMessage::RightsChanged(ws) => {
                self.changed_rights.insert(*ws);
            }
            BusMessage::Ephemeral(_) | BusMessage::Presence(_) => self.add_ephemeral(message, 0),
            BusMessage::Channel(content) => self.add_ephemeral(message, content.message.len()),
            BusMessage::Turn(event) => {
                let bytes = match &event.change {
                    TurnChange::Delta(delta) => delta.text.len(),
                    _ => 0,
                };
                self.add_ephemeral(message, bytes);
            }
            BusMessage::MessagesLost => self.has_dropped = true,
        }
    }

    fn add_ephemeral(&mut self, message: &BusMessage, bytes: usize) {
        if self.ephemeral.len() >= MAX_PENDING_MESSAGES
            || self.channel_bytes + bytes > MAX_CHANNEL_BYTES
        {
            self.has_dropped = true;
        } else {
            self.channel_bytes += bytes;
            self.ephemeral.push(message.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.log_updates.is_empty()
            && self.changed_rights.is_empty()
            && self.ephemeral.is_empty()
            && !self.has_dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_update(conversation: i64, seq: i64) -> BusMessage {
        BusMessage::LogUpdate(LogUpdate {
            ws: 1,
            conversation,
            seq,
        })
    }

    fn drained(pending: &PendingMessages) -> Vec<(i64, i64)> {
        let messages = pending.drain().into_iter();
        messages
            .map(|message| match message {
                BusMessage::LogUpdate(update) => (update.conversation, update.seq),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn log_updates_of_one_conversation_are_coalesced() {
        let pending = PendingMessages::default();
        pending.add(&[
            log_update(1, 5),
            log_update(2, 1),
            log_update(1, 7),
            log_update(1, 6),
        ]);
        assert_eq!(drained(&pending), [(1, 7), (2, 1)]);
        pending.add(&[
            log_update(1, 8),
            log_update(1, LogUpdate::DELETED),
            log_update(1, 9),
        ]);
        assert_eq!(drained(&pending), [(1, LogUpdate::DELETED)]);
        assert!(pending.drain().is_empty());
    }

    #[test]
    fn overflow_is_reported_as_messages_lost() {
        let pending = PendingMessages::default();
        let many: Vec<BusMessage> = (0..=MAX_PENDING_MESSAGES as i64)
            .map(|number| log_update(number, 1))
            .collect();
        pending.add(&many);
        let messages = pending.drain();
        assert_eq!(messages.len(), MAX_PENDING_MESSAGES + 1);
        assert!(matches!(messages.last(), Some(BusMessage::MessagesLost)));
    }

    #[tokio::test]
    async fn close_wakes_waiters() {
        let pending = PendingMessages::default();
        pending.close();
        pending.wait().await;
        pending.wait_closed_and_empty().await;
        assert!(pending.drain().is_empty());
    }
}
