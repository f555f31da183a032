//! Locked log heads of the conversations of a batch.

use std::collections::HashMap;

use parlor_model::conversation::ConversationState;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Result, Timestamp};
use serde::Serialize;

use super::positioned_message::PositionedMessage;
use super::{QueuedAppend, to_json_text};
use crate::append_message::{AppendMessage, AppendPosition, AppendResult, LastSpeaker};
use crate::{Row, Tx};

pub(super) struct LockedHead {
    pub(super) seq: i64,
    pub(super) state: ConversationState,
    title_is_automatic: bool,
    /// Time of the newest log entry; no later entry has an earlier time, whatever the clocks of the nodes say.
    newest: Timestamp,
    /// Time of the last append in this batch.
    pub(super) moved_at: Option<Timestamp>,
    /// `seq`, time and author of the newest conversational message of this batch.
    pub(super) last_message: Option<(i64, Timestamp, LastSpeaker)>,
}

impl LockedHead {
    /// Takes the next `seq`s for a message and its effects.
    pub(super) fn position_message<'b>(
        &mut self,
        tx: &mut dyn Tx,
        entry: &'b AppendMessage,
    ) -> PositionedMessage<'b> {
        let stamp = tx.next_stamp();
        let (seq, at) = self.next_seq(stamp.at);
        let appended = AppendResult {
            number: 0,
            id: entry.id.unwrap_or_else(|| stamp.id()),
            seq,
            at,
            duplicate: false,
        };
        if let Some(speaker) = entry.last_speaker() {
            self.last_message = Some((seq, at, speaker));
        }
        let takes_title = self.title_is_automatic && entry.sets_title();
        self.title_is_automatic &= !takes_title;
        let at = self.newest.max(tx.next_stamp().at);
        let position = AppendPosition {
            conversation: entry.conversation,
            message: appended.id,
            seq,
            title_seq: takes_title.then(|| self.next_seq(at).0),
            announcement_seq: entry.sets_announcement().then(|| self.next_seq(at).0),
            at,
        };
        PositionedMessage {
            entry,
            appended,
            position,
        }
    }

    /// Takes the next `seq` and returns it with its time, which is never earlier than that of the entry before it.
    fn next_seq(&mut self, now: Timestamp) -> (i64, Timestamp) {
        self.seq += 1;
        self.newest = self.newest.max(now);
        self.moved_at = Some(self.newest);
        (self.seq, self.newest)
    }
}

/// Conversation of a batch.
#[derive(Serialize)]
struct RequestedRow {
    ws: i64,
    number: i64,
}

/// Log heads of a batch by workspace and conversation, with their rows locked: `seq`s are taken by one transaction at a
/// time.
#[derive(Default)]
pub(super) struct LockedHeads(pub(super) HashMap<(i64, i64), LockedHead>);

impl LockedHeads {
    /// Returns the conversations of a batch as JSON rows, each once.
    pub(super) fn requested_rows(batch: &[QueuedAppend]) -> Result<String> {
        let mut requested: Vec<(i64, i64)> = batch.iter().map(QueuedAppend::conversation).collect();
        requested.sort_unstable();
        requested.dedup();
        let row = |(ws, number)| RequestedRow { ws, number };
        let rows: Vec<RequestedRow> = requested.into_iter().map(row).collect();
        to_json_text(&rows)
    }

    /// Adds a row of `LOCK_HEADS`.
    pub(super) fn add_row(&mut self, row: &dyn Row) -> Result<()> {
        let head = LockedHead {
            seq: row.int(2)?,
            state: row.enum_value(3, ConversationState::from_name)?,
            title_is_automatic: row.bool(4)?,
            newest: row.time(5)?,
            moved_at: None,
            last_message: None,
        };
        self.0.insert((row.int(0)?, row.int(1)?), head);
        Ok(())
    }

    /// Queues the log updates of changed heads.
    pub(super) fn notify_log_updates(&self, tx: &mut dyn Tx) {
        for ((ws, conversation), head) in &self.0 {
            if head.moved_at.is_some() {
                tx.notify_log_update(LogUpdate {
                    ws: *ws,
                    conversation: *conversation,
                    seq: head.seq,
                });
            }
        }
    }
}
