//! Lookups for a batch: duplicates, used ids and member states.

use std::collections::{BTreeSet, HashMap};

use parlor_model::Result;
use parlor_model::id::MessageId;
use serde::Serialize;
use uuid::Uuid;

use super::{QueuedAppend, to_json_text};
use crate::Row;
use crate::append_message::{AppendResult, MemberStatus};

/// Client id of an append.
#[derive(Serialize)]
struct ClientIdRow<'e> {
    /// Index in the batch.
    place: usize,
    ws: i64,
    conversation: i64,
    author: Option<i64>,
    client_id: &'e str,
}

/// Member whose state is needed.
#[derive(Serialize)]
struct MemberRow {
    ws: i64,
    conversation: i64,
    member: i64,
}

#[derive(Default)]
pub(super) struct BatchLookup {
    /// Messages appended before under the same client ids, by index in the batch.
    pub(super) duplicates: HashMap<usize, AppendResult>,
    /// Existing messages with the chosen ids and their conversations, by workspace and id.
    pub(super) used_ids: HashMap<(i64, Uuid), (i64, AppendResult)>,
    /// Chosen ids of messages that deleted conversations have left, by workspace.
    pub(super) left_ids: Vec<(i64, MessageId)>,
    /// States of authors and of members in conditions, by workspace, conversation and member.
    member_statuses: HashMap<(i64, i64, i64), MemberStatus>,
}

impl BatchLookup {
    /// Returns the client ids of a batch as JSON rows.
    pub(super) fn client_id_rows(batch: &[QueuedAppend]) -> Result<String> {
        let mut rows = Vec::new();
        for (place, QueuedAppend { entry, .. }) in batch.iter().enumerate() {
            if let Some(client_id) = &entry.client_id {
                rows.push(ClientIdRow {
                    place,
                    ws: entry.ws,
                    conversation: entry.conversation,
                    author: entry.author,
                    client_id,
                });
            }
        }
        to_json_text(&rows)
    }

    /// Returns the members that a batch refers to as JSON rows, each once per conversation.
    pub(super) fn member_rows(batch: &[QueuedAppend]) -> Result<String> {
        let mut members = BTreeSet::new();
        for QueuedAppend { entry, .. } in batch {
            let referenced = entry.referenced_members();
            members.extend(referenced.map(|member| (entry.ws, entry.conversation, member)));
        }
        let row = |(ws, conversation, member)| MemberRow {
            ws,
            conversation,
            member,
        };
        let rows: Vec<MemberRow> = members.into_iter().map(row).collect();
        to_json_text(&rows)
    }

    /// Adds a row of `FIND_KNOWN`.
    pub(super) fn add_known_row(&mut self, row: &dyn Row) -> Result<()> {
        match row.opt_int(0)? {
            Some(index) => {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                let duplicate = AppendResult::from_duplicate_row(row, 1)?;
                self.duplicates.insert(index, duplicate);
            }
            None => {
                let key = (row.int(5)?, row.int(6)?, row.int(7)?);
                let status = MemberStatus::from_row(row, 8)?;
                self.member_statuses.insert(key, status);
            }
        }
        Ok(())
    }

    /// Adds a row of `PLACE` for a chosen id.
    pub(super) fn add_used_id(&mut self, ws: i64, id: MessageId, row: &dyn Row) -> Result<()> {
        let earlier = AppendResult::from_duplicate_row(row, 0)?;
        if row.bool(5)? {
            self.used_ids
                .insert((ws, id.uuid()), (row.int(4)?, earlier));
        } else {
            self.left_ids.push((ws, id));
        }
        Ok(())
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
