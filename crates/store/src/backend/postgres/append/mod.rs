//! Appending messages: queued appends are batched into a constant number of statements.

mod batch_lookup;
mod locked_head;
mod write;

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Receiver;

use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::{Error, Result};
use serde_json::Value;
use tokio::sync::oneshot;

use self::batch_lookup::BatchLookup;
use self::locked_head::LockedHeads;
use super::worker::{BEGIN_READ_COMMITTED, Worker};
use crate::Tx;
use crate::append_message::{AppendMessage, AppendPosition, AppendResult};

/// Maximum number of messages per transaction.
const MAX_BATCH_MESSAGES: usize = 256;

pub(super) struct QueuedAppend {
    pub(super) entry: AppendMessage,
    pub(super) answer: oneshot::Sender<Result<AppendResult>>,
}

/// Runs appends until the queue is closed.
pub(super) fn run(mut worker: Worker, queue: &Receiver<QueuedAppend>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH_MESSAGES - 1));
        // Appends of callers that stopped waiting are dropped.
        batch.retain(|queued| !queued.answer.is_closed());
        if !batch.is_empty() {
            respond_batch(&mut worker, batch);
        }
    }
}

fn respond_batch(worker: &mut Worker, mut batch: Vec<QueuedAppend>) {
    match commit_batch(worker, &batch) {
        Ok(results) => {
            for (queued, result) in batch.into_iter().zip(results) {
                // The receiver may be dropped; the commit stands.
                let _ = queued.answer.send(result);
            }
        }
        Err(error) if batch.len() == 1 => {
            let _ = batch.remove(0).answer.send(Err(error));
        }
        Err(error) if *error.kind() == ErrorKind::Unavailable => {
            let context = error.context().unwrap_or_default();
            for queued in batch {
                let _ = queued.answer.send(Err(Error::unavailable(context)));
            }
        }
        // One append is at fault: retry each alone.
        Err(_) => {
            for queued in batch {
                respond_batch(worker, vec![queued]);
            }
        }
    }
}

fn commit_batch(worker: &mut Worker, batch: &[QueuedAppend]) -> Result<Vec<Result<AppendResult>>> {
    let mut outcome = Ok(Vec::new());
    worker.run_transaction(BEGIN_READ_COMMITTED, &mut |tx| {
        outcome = append_batch(tx, batch);
        outcome.is_ok()
    })?;
    outcome
}

/// Message that takes a `seq` in this commit.
struct PositionedMessage<'b> {
    entry: &'b AppendMessage,
    appended: AppendResult,
    position: AppendPosition,
}

fn append_batch(tx: &mut dyn Tx, batch: &[QueuedAppend]) -> Result<Vec<Result<AppendResult>>> {
    let mut heads = LockedHeads::lock(tx, batch)?;
    // Read after locking: transactions that changed these rows held one of the locks and have ended.
    let mut lookup = BatchLookup::load(tx, batch, &heads)?;
    let mut results = Vec::with_capacity(batch.len());
    let mut positioned = Vec::new();
    // Duplicates within the batch get the result of the first.
    let mut first_results: HashMap<(i64, i64, Option<i64>, &str), AppendResult> = HashMap::new();
    let mut used_ids = std::mem::take(&mut lookup.used_ids);
    let mut announcing: HashSet<(i64, i64)> = HashSet::new();
    for (index, QueuedAppend { entry, .. }) in batch.iter().enumerate() {
        let Some((conversation, head)) = heads.find(entry) else {
            results.push(Err(Error::not_found(EntityKind::Conversation)));
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
            results.push(if found_in == conversation {
                entry.apply_effects_of_duplicate(tx, conversation)?;
                Ok(AppendResult {
                    duplicate: true,
                    ..duplicate
                })
            } else {
                Err(Error::forbidden(ForbiddenReason::NotOwn))
            });
            continue;
        }
        let member_status = |member| Ok(lookup.member_status(entry.ws, conversation, member));
        if let Err(refused) = entry.check_conditions(head.state, member_status) {
            results.push(Err(refused));
            continue;
        }
        if let Err(refused) = entry.check_stored_conditions(tx, conversation)? {
            results.push(Err(refused));
            continue;
        }
        // An announcement set within the batch is not yet visible to the others' conditions.
        if entry.sets_announcement() && !announcing.insert((entry.ws, conversation)) {
            results.push(Err(Error::conflict(ConflictReason::InUse)));
            continue;
        }
        let stamp = tx.next_stamp();
        let (seq, at) = head.next_seq(stamp.at);
        let appended = AppendResult {
            number: 0,
            id: entry.id.unwrap_or_else(|| stamp.id()),
            seq,
            at,
            duplicate: false,
        };
        if entry.role.is_conversational() {
            head.last_message = Some((seq, at, entry.role));
        }
        let takes_title = head.title_is_automatic && entry.sets_title();
        head.title_is_automatic &= !takes_title;
        let at = head.newest.max(tx.next_stamp().at);
        positioned.push(PositionedMessage {
            entry,
            appended,
            position: AppendPosition {
                conversation,
                seq: appended.seq,
                title_seq: takes_title.then(|| head.next_seq(at).0),
                announcement_seq: entry.sets_announcement().then(|| head.next_seq(at).0),
                at,
            },
        });
        first_results.extend(client.map(|client| (client, appended)));
        used_ids.extend(chosen_id.map(|chosen_id| (chosen_id, (conversation, appended))));
        results.push(Ok(appended));
    }
    let numbers = write::write_batch(tx, &positioned, &heads)?;
    for appended in results.iter_mut().flatten() {
        if let Some(number) = numbers.get(&appended.id.uuid()) {
            appended.number = *number;
        }
    }
    heads.notify_log_updates(tx);
    Ok(results)
}

/// Encodes rows as one JSON parameter, which the statement unfolds.
fn to_json_text(rows: &[Value]) -> Result<String> {
    serde_json::to_string(rows).map_err(Error::internal)
}
