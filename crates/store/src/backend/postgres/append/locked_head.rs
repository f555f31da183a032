//! Locked log heads of the conversations of a batch.

use std::collections::HashMap;

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::message::MessageRole;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Result, Timestamp};
use serde_json::{Value, json};

use super::{QueuedAppend, to_json_text};
use crate::append_message::AppendMessage;
use crate::backend::postgres::statement as sql;
use crate::{Tx, params};

pub(super) struct LockedHead {
    pub(super) seq: i64,
    pub(super) state: ConversationState,
    pub(super) title_is_automatic: bool,
    /// Time of the newest log entry; no later entry has an earlier time, whatever the clocks of the nodes say.
    pub(super) newest: Timestamp,
    /// Time of the last append in this batch.
    pub(super) moved_at: Option<Timestamp>,
    /// `seq`, time and role of the newest conversational message of this batch.
    pub(super) last_message: Option<(i64, Timestamp, MessageRole)>,
}

impl LockedHead {
    /// Takes the next `seq` and returns it with its time, which is never earlier than that of the entry before it.
    pub(super) fn next_seq(&mut self, now: Timestamp) -> (i64, Timestamp) {
        self.seq += 1;
        self.newest = self.newest.max(now);
        self.moved_at = Some(self.newest);
        (self.seq, self.newest)
    }
}

/// Log heads of a batch, with their rows locked: `seq`s are taken by one transaction at a time.
pub(super) struct LockedHeads {
    pub(super) by_number: HashMap<(i64, i64), LockedHead>,
    numbers: HashMap<(i64, uuid::Uuid), i64>,
}

impl LockedHeads {
    pub(super) fn lock(tx: &mut dyn Tx, batch: &[QueuedAppend]) -> Result<Self> {
        let requested: Vec<Value> = batch
            .iter()
            .map(|QueuedAppend { entry, .. }| match entry.conversation {
                ConversationKey::Number(number) => json!({"ws": entry.ws, "number": number}),
                ConversationKey::Id(id) => json!({"ws": entry.ws, "id": id.uuid().to_string()}),
            })
            .collect();
        let mut heads = Self {
            by_number: HashMap::new(),
            numbers: HashMap::new(),
        };
        tx.query(
            &sql::LOCK_HEADS,
            params![&to_json_text(&requested)?],
            &mut |row| {
                let (ws, number) = (row.int(0)?, row.int(1)?);
                let head = LockedHead {
                    seq: row.int(3)?,
                    state: row.enum_value(4, ConversationState::from_name)?,
                    title_is_automatic: row.bool(5)?,
                    newest: row.time(6)?,
                    moved_at: None,
                    last_message: None,
                };
                heads.by_number.insert((ws, number), head);
                heads.numbers.insert((ws, row.id::<()>(2)?.uuid()), number);
                Ok(())
            },
        )?;
        Ok(heads)
    }

    pub(super) fn find_number(&self, entry: &AppendMessage) -> Option<i64> {
        match entry.conversation {
            ConversationKey::Number(number) => Some(number),
            ConversationKey::Id(id) => self.numbers.get(&(entry.ws, id.uuid())).copied(),
        }
    }

    pub(super) fn find(&mut self, entry: &AppendMessage) -> Option<(i64, &mut LockedHead)> {
        let number = self.find_number(entry)?;
        let head = self.by_number.get_mut(&(entry.ws, number))?;
        Some((number, head))
    }

    /// Queues the log updates of changed heads.
    pub(super) fn notify_log_updates(&self, tx: &mut dyn Tx) {
        for ((ws, conversation), head) in &self.by_number {
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
