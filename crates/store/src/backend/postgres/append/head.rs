//! The conversations of a batch.

use std::collections::HashMap;

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::live::Growth;
use parlor_model::message::Role;
use parlor_model::{Result, Timestamp};
use serde_json::{Value, json};

use super::{Waiting, text};
use crate::append::Append;
use crate::backend::postgres::statement as sql;
use crate::{Tx, params};

pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) state: State,
    pub(super) title_is_automatic: bool,
    /// The time of what stands last: nothing behind it has an earlier one, whichever node's clock it is from.
    pub(super) newest: Timestamp,
    /// When a position was taken last.
    pub(super) moved: Option<Timestamp>,
    /// Position, time and role of the newest thing said.
    pub(super) said: Option<(i64, Timestamp, Role)>,
}

impl Head {
    /// Takes the next position, and gives the time it has, at this one or later.
    pub(super) fn take(&mut self, now: Timestamp) -> (i64, Timestamp) {
        self.seq += 1;
        self.newest = self.newest.max(now);
        self.moved = Some(self.newest);
        (self.seq, self.newest)
    }
}

/// The conversations of a batch, locked: positions are taken by one transaction at a time.
pub(super) struct Heads {
    pub(super) by_number: HashMap<(i64, i64), Head>,
    numbers: HashMap<(i64, uuid::Uuid), i64>,
}

impl Heads {
    pub(super) fn lock(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<Self> {
        let asked: Vec<Value> = batch
            .iter()
            .map(|Waiting { entry, .. }| match entry.conversation {
                ConversationKey::Number(number) => json!({"ws": entry.ws, "number": number}),
                ConversationKey::Id(id) => json!({"ws": entry.ws, "id": id.uuid().to_string()}),
            })
            .collect();
        let mut heads = Self {
            by_number: HashMap::new(),
            numbers: HashMap::new(),
        };
        tx.query(&sql::LOCK_HEADS, params![&text(&asked)?], &mut |row| {
            let (ws, number) = (row.int(0)?, row.int(1)?);
            let head = Head {
                seq: row.int(3)?,
                state: row.word(4, State::parse)?,
                title_is_automatic: row.bool(5)?,
                newest: row.time(6)?,
                moved: None,
                said: None,
            };
            heads.by_number.insert((ws, number), head);
            heads.numbers.insert((ws, row.id::<()>(2)?.uuid()), number);
            Ok(())
        })?;
        Ok(heads)
    }

    pub(super) fn number(&self, entry: &Append) -> Option<i64> {
        match entry.conversation {
            ConversationKey::Number(number) => Some(number),
            ConversationKey::Id(id) => self.numbers.get(&(entry.ws, id.uuid())).copied(),
        }
    }

    pub(super) fn of(&mut self, entry: &Append) -> Option<(i64, &mut Head)> {
        let number = self.number(entry)?;
        let head = self.by_number.get_mut(&(entry.ws, number))?;
        Some((number, head))
    }

    /// Has it told how far the logs have grown, once that is committed.
    pub(super) fn tell(&self, tx: &mut dyn Tx) {
        for ((ws, conversation), head) in &self.by_number {
            if head.moved.is_some() {
                tx.grew(Growth {
                    ws: *ws,
                    conversation: *conversation,
                    seq: head.seq,
                });
            }
        }
    }
}
