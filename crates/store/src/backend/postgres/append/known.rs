//! What the database knows already of what a batch asks.

use std::collections::{BTreeSet, HashMap};

use parlor_model::Result;
use serde_json::{Value, json};
use uuid::Uuid;

use super::head::Heads;
use super::{Waiting, text};
use crate::append::{Appended, Standing};
use crate::backend::postgres::statement as sql;
use crate::sql::message;
use crate::{Tx, params};

pub(super) struct Known {
    /// What was appended before under the same client ids, by place in the batch.
    pub(super) earlier: HashMap<usize, Appended>,
    /// Where the messages are that have the chosen ids already, by workspace and id.
    pub(super) taken: HashMap<(i64, Uuid), (i64, Appended)>,
    /// Authors and those whom conditions are about, by workspace, conversation and member.
    standings: HashMap<(i64, i64, i64), Standing>,
}

impl Known {
    pub(super) fn read(tx: &mut dyn Tx, batch: &[Waiting], heads: &Heads) -> Result<Self> {
        let mut known = Self {
            earlier: HashMap::new(),
            taken: taken(tx, batch)?,
            standings: HashMap::new(),
        };
        let (repeats, members) = (repeats(batch, heads), members(batch, heads));
        if repeats.is_empty() && members.is_empty() {
            return Ok(known);
        }
        let asked = (text(&repeats)?, text(&members)?);
        tx.query(&sql::FIND_KNOWN, params![&asked.0, &asked.1], &mut |row| {
            match row.opt_int(0)? {
                Some(place) => {
                    let place = usize::try_from(place).unwrap_or(usize::MAX);
                    known.earlier.insert(place, Appended::read_earlier(row, 1)?);
                }
                None => {
                    let place = (row.int(5)?, row.int(6)?, row.int(7)?);
                    known.standings.insert(place, Standing::read(row, 8)?);
                }
            }
            Ok(())
        })?;
        Ok(known)
    }

    pub(super) fn standing(&self, ws: i64, conversation: i64, member: i64) -> Option<Standing> {
        self.standings.get(&(ws, conversation, member)).copied()
    }
}

/// The client ids of a batch.
fn repeats(batch: &[Waiting], heads: &Heads) -> Vec<Value> {
    let asked = |(place, Waiting { entry, .. }): (usize, &Waiting)| {
        let (client_id, conversation) = (entry.client_id.as_ref()?, heads.number(entry)?);
        Some(json!({
            "place": place,
            "ws": entry.ws,
            "conversation": conversation,
            "author": entry.author,
            "client_id": client_id,
        }))
    };
    batch.iter().enumerate().filter_map(asked).collect()
}

/// The members of a batch, each once for a conversation.
fn members(batch: &[Waiting], heads: &Heads) -> Vec<Value> {
    let mut asked = BTreeSet::new();
    for Waiting { entry, .. } in batch {
        let Some(conversation) = heads.number(entry) else {
            continue;
        };
        asked.extend(
            entry
                .members()
                .map(|member| (entry.ws, conversation, member)),
        );
    }
    let row = |(ws, conversation, member)| json!({"ws": ws, "conversation": conversation, "member": member});
    asked.into_iter().map(row).collect()
}

/// Few messages come with an id: a statement each.
fn taken(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<HashMap<(i64, Uuid), (i64, Appended)>> {
    let mut found = HashMap::new();
    for Waiting { entry, .. } in batch {
        let Some(id) = &entry.id else {
            continue;
        };
        tx.query(&message::PLACE, params![entry.ws, id], &mut |row| {
            let earlier = Appended::read_earlier(row, 0)?;
            found.insert((entry.ws, id.uuid()), (row.int(4)?, earlier));
            Ok(())
        })?;
    }
    Ok(found)
}
