//! Runs a batch in a transaction and answers its callers.

use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};

use super::QueuedAppend;
use super::batch::{HeadLock, append_batch};
use crate::append_message::AppendResult;
use crate::backend::postgres::worker::{BEGIN_READ_COMMITTED, Worker};

/// Stores a batch and answers its callers; returns the appends whose conversation is locked by another transaction.
pub(super) fn respond_batch(
    worker: &mut Worker,
    batch: Vec<QueuedAppend>,
    lock: HeadLock,
) -> Vec<QueuedAppend> {
    let mut blocked = Vec::new();
    match commit_batch(worker, &batch, lock) {
        Ok(results) => {
            for (queued, result) in batch.into_iter().zip(results) {
                match result {
                    Some(result) => queued.respond(result),
                    None => blocked.push(queued),
                }
            }
        }
        Err(error) if *error.kind() == ErrorKind::Unavailable => {
            let context = error.context().unwrap_or_default();
            for queued in batch {
                queued.respond(Err(Error::unavailable(context)));
            }
        }
        Err(error) if batch.len() == 1 => {
            if let Some(queued) = batch.into_iter().next() {
                queued.respond(Err(error));
            }
        }
        // One append is at fault: retry each alone.
        Err(_) => {
            for queued in batch {
                blocked.extend(respond_batch(worker, vec![queued], lock));
            }
        }
    }
    blocked
}

/// Returns a result for each append, or `None` if its conversation is locked.
fn commit_batch(
    worker: &mut Worker,
    batch: &[QueuedAppend],
    lock: HeadLock,
) -> Result<Vec<Option<Result<AppendResult>>>> {
    let mut outcome = Ok(Vec::new());
    worker.run_transaction(BEGIN_READ_COMMITTED, &mut |tx| {
        outcome = append_batch(tx, batch, lock);
        outcome.is_ok()
    })?;
    outcome
}
