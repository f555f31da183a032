//! One batch: positions are taken in memory, under the locks of the log heads, and written by one statement.

use std::collections::{HashMap, HashSet};

use parlor_model::error::{ConflictReason, EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::{Error, Result};

use super::QueuedAppend;
use super::batch_lookup::BatchLookup;
use super::locked_head::LockedHeads;
use super::write;
use crate::append_message::AppendResult;
use crate::backend::postgres::statement as sql;
use crate::backend::postgres::transaction::{PipelinedQuery, PostgresTx};
use crate::repo::removal;
use crate::sql::message;
use crate::{SqlValue, params};

/// How the heads of a batch are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadLock {
    /// Without those that another transaction has locked.
    SkipLocked,
    /// Waits until each is free.
    Wait,
}

/// Stores a batch and commits. Returns a result for each append; with [`HeadLock::SkipLocked`], `None` where the
/// conversation is locked or does not exist.
pub(super) fn append_batch(
    tx: &mut PostgresTx<'_>,
    batch: &[QueuedAppend],
    lock: HeadLock,
) -> Result<Vec<Option<Result<AppendResult>>>> {
    let (mut heads, mut lookup) = load(tx, batch, lock)?;
    let mut results = Vec::with_capacity(batch.len());
    let mut positioned = Vec::new();
    // Duplicates within the batch get the result of the first.
    let mut first_results: HashMap<(i64, i64, Option<i64>, &str), AppendResult> = HashMap::new();
    let mut used_ids = std::mem::take(&mut lookup.used_ids);
    let mut announcing: HashSet<(i64, i64)> = HashSet::new();
    for (index, QueuedAppend { entry, .. }) in batch.iter().enumerate() {
        let conversation = entry.conversation;
        let Some(head) = heads.0.get_mut(&(entry.ws, conversation)) else {
            results.push(match lock {
                HeadLock::SkipLocked => None,
                HeadLock::Wait => Some(Err(Error::not_found(EntityKind::Conversation))),
            });
            continue;
        };
        let client = entry
            .client_id
            .as_deref()
            .map(|client_id| (entry.ws, conversation, entry.author, client_id));
        let chosen_id = entry.id.map(|id| (entry.ws, id.uuid()));
        let duplicate = lookup
            .duplicates
            .get(&index)
            .or_else(|| client.and_then(|client| first_results.get(&client)))
            .map(|duplicate| (conversation, *duplicate))
            .or_else(|| chosen_id.and_then(|chosen_id| used_ids.get(&chosen_id).copied()));
        if let Some((found_in, duplicate)) = duplicate {
            results.push(Some(if found_in == conversation {
                entry.apply_effects_of_duplicate(tx, conversation)?;
                Ok(AppendResult {
                    duplicate: true,
                    ..duplicate
                })
            } else {
                Err(Error::forbidden(ForbiddenReason::NotOwn))
            }));
            continue;
        }
        let member_status = |member| Ok(lookup.member_status(entry.ws, conversation, member));
        if let Err(refused) = entry.check_conditions(head.state, member_status) {
            results.push(Some(Err(refused)));
            continue;
        }
        if let Err(refused) = entry.check_stored_conditions(tx, conversation)? {
            results.push(Some(Err(refused)));
            continue;
        }
        // An announcement set within the batch is not yet visible to the others' conditions.
        if entry.sets_announcement() && !announcing.insert((entry.ws, conversation)) {
            results.push(Some(Err(Error::conflict(ConflictReason::InUse))));
            continue;
        }
        let message = head.position_message(tx, entry);
        let appended = message.appended;
        positioned.push(message);
        first_results.extend(client.map(|client| (client, appended)));
        used_ids.extend(chosen_id.map(|chosen_id| (chosen_id, (conversation, appended))));
        results.push(Some(Ok(appended)));
    }
    let numbers = write::write_and_commit(tx, &positioned, &heads)?;
    for appended in results.iter_mut().flatten().flatten() {
        if let Some(number) = numbers.get(&appended.id.uuid()) {
            appended.number = *number;
        }
    }
    Ok(results)
}

/// Locks the heads of a batch, then reads what its conditions depend on, in one round trip. The second is a statement of
/// its own: it sees what transactions have changed that held one of the locks.
fn load(
    tx: &mut PostgresTx<'_>,
    batch: &[QueuedAppend],
    lock: HeadLock,
) -> Result<(LockedHeads, BatchLookup)> {
    let (requested, client_ids, members) = (
        LockedHeads::requested_rows(batch)?,
        BatchLookup::client_id_rows(batch)?,
        BatchLookup::member_rows(batch)?,
    );
    let lock_heads = match lock {
        HeadLock::SkipLocked => &sql::LOCK_FREE_HEADS,
        HeadLock::Wait => &sql::LOCK_HEADS,
    };
    // Few messages have a chosen id, so each takes a statement.
    let chosen_ids: Vec<(i64, MessageId)> = batch
        .iter()
        .filter_map(|queued| Some((queued.entry.ws, queued.entry.id?)))
        .collect();
    let chosen_params: Vec<[SqlValue<'_>; 2]> = chosen_ids
        .iter()
        .map(|(ws, id)| [SqlValue::Int(*ws), SqlValue::from(id)])
        .collect();
    let (lock_params, known_params) = (params![&requested], params![&client_ids, &members]);
    let mut queries: Vec<PipelinedQuery<'_>> =
        vec![(lock_heads, lock_params), (&sql::FIND_KNOWN, known_params)];
    queries.extend(
        chosen_params
            .iter()
            .map(|params| (&message::PLACE, &params[..])),
    );
    let (mut heads, mut lookup) = (LockedHeads::default(), BatchLookup::default());
    tx.query_pipelined(&queries, &mut |index, row| match index {
        0 => heads.add_row(row),
        1 => lookup.add_known_row(row),
        _ => match chosen_ids.get(index - 2) {
            Some((ws, id)) => lookup.add_used_id(*ws, *id, row),
            None => Ok(()),
        },
    })?;
    for (ws, id) in &lookup.left_ids {
        removal::release_message_id(tx, *ws, id)?;
    }
    Ok((heads, lookup))
}
