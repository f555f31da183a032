//! Lookups for a batch: duplicates, used ids and member states.

use std::collections::{BTreeSet, HashMap};

use parlor_model::Result;
use serde_json::{Value, json};
use uuid::Uuid;

use super::locked_head::LockedHeads;
use super::{QueuedAppend, to_json_text};
use crate::append_message::{AppendResult, MemberStatus};
use crate::backend::postgres::statement as sql;
use crate::sql::message;
use crate::{Tx, params};

pub(super) struct BatchLookup {
    /// Messages appended before under the same client ids, by index in the batch.
    pub(super) duplicates: HashMap<usize, AppendResult>,
    /// Existing messages with the chosen ids and their conversations, by workspace and id.
    pub(super) used_ids: HashMap<(i64, Uuid), (i64, AppendResult)>,
    /// States of authors and of members in conditions, by workspace, conversation and member.
    member_statuses: HashMap<(i64, i64, i64), MemberStatus>,
}

impl BatchLookup {
    pub(super) fn load(
        tx: &mut dyn Tx,
        batch: &[QueuedAppend],
        heads: &LockedHeads,
    ) -> Result<Self> {
        let mut lookup = Self {
            duplicates: HashMap::new(),
            used_ids: find_used_ids(tx, batch)?,
            member_statuses: HashMap::new(),
        };
        let (client_ids, members) = (client_id_rows(batch, heads), member_rows(batch, heads));
        if client_ids.is_empty() && members.is_empty() {
            return Ok(lookup);
        }
        let params = (to_json_text(&client_ids)?, to_json_text(&members)?);
        tx.query(
            &sql::FIND_KNOWN,
            params![&params.0, &params.1],
            &mut |row| {
                match row.opt_int(0)? {
                    Some(index) => {
                        let index = usize::try_from(index).unwrap_or(usize::MAX);
                        lookup
                            .duplicates
                            .insert(index, AppendResult::from_duplicate_row(row, 1)?);
                    }
                    None => {
                        let key = (row.int(5)?, row.int(6)?, row.int(7)?);
                        lookup
                            .member_statuses
                            .insert(key, MemberStatus::from_row(row, 8)?);
                    }
                }
                Ok(())
            },
        )?;
        Ok(lookup)
    }

    pub(super) fn member_status(
        &self,
        ws: i64,
        conversation: i64,
        member: i64,
    ) -> Option<MemberStatus> {
        self.member_statuses
            .get(&(ws, conversation, member))
            .copied()
    }
}

/// Returns the client ids of a batch as JSON rows.
fn client_id_rows(batch: &[QueuedAppend], heads: &LockedHeads) -> Vec<Value> {
    let row = |(index, QueuedAppend { entry, .. }): (usize, &QueuedAppend)| {
        let (client_id, conversation) = (entry.client_id.as_ref()?, heads.find_number(entry)?);
        Some(json!({
            "place": index,
            "ws": entry.ws,
            "conversation": conversation,
            "author": entry.author,
            "client_id": client_id,
        }))
    };
    batch.iter().enumerate().filter_map(row).collect()
}

/// Returns the members that a batch refers to as JSON rows, each once per conversation.
fn member_rows(batch: &[QueuedAppend], heads: &LockedHeads) -> Vec<Value> {
    let mut members = BTreeSet::new();
    for QueuedAppend { entry, .. } in batch {
        let Some(conversation) = heads.find_number(entry) else {
            continue;
        };
        members.extend(
            entry
                .referenced_members()
                .map(|member| (entry.ws, conversation, member)),
        );
    }
    let row = |(ws, conversation, member)| json!({"ws": ws, "conversation": conversation, "member": member});
    members.into_iter().map(row).collect()
}

/// Finds existing messages with the chosen ids. Few messages have one, so each takes a statement.
fn find_used_ids(
    tx: &mut dyn Tx,
    batch: &[QueuedAppend],
) -> Result<HashMap<(i64, Uuid), (i64, AppendResult)>> {
    let mut found = HashMap::new();
    for QueuedAppend { entry, .. } in batch {
        let Some(id) = &entry.id else {
            continue;
        };
        tx.query(&message::PLACE, params![entry.ws, id], &mut |row| {
            let earlier = AppendResult::from_duplicate_row(row, 0)?;
            found.insert((entry.ws, id.uuid()), (row.int(4)?, earlier));
            Ok(())
        })?;
    }
    Ok(found)
}
