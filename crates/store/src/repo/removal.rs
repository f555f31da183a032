//! Removal of what deleted conversations have left, in batches.
//!
//! Keeps INV-63 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::id::MessageId;
use parlor_model::{Error, Result};

use super::job::{self, ClaimedJob, JobKind};
use crate::sql::removal as sql;
use crate::{SqlStatement, Tx, params};

/// Lease of a removal. A node that has stopped is replaced after this time.
pub const REMOVAL_LEASE: Duration = Duration::from_secs(30);
/// Longest log that is deleted together with its conversation. Longer ones are removed by a job, since a transaction that
/// deletes them would hold up the writes of others.
const MAX_ROWS_AT_ONCE: i64 = 500;

/// Outcome of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalOutcome {
    /// There may be more, for the job as it is now.
    Behind(ClaimedJob),
    /// Everything is removed, and the job is finished.
    Done,
    /// The lease was lost: another node goes on.
    LeaseLost,
}

/// Deletes the log of a conversation whose row the same transaction deletes: now if it is short, otherwise by a job.
pub(super) fn begin(tx: &mut dyn Tx, ws: i64, conversation: i64, last_seq: i64) -> Result<()> {
    if last_seq > MAX_ROWS_AT_ONCE {
        let kind = JobKind::RemoveConversation;
        return job::insert(tx, kind, Some(ws), conversation, Duration::ZERO).map(drop);
    }
    delete_range(tx, ws, conversation, (0, last_seq))
}

/// Removes the next `rows` positions of a deleted conversation's log, and finishes the job with the last of them.
pub fn remove_batch(tx: &mut dyn Tx, claimed: &ClaimedJob, rows: i64) -> Result<RemovalOutcome> {
    let (ws, conversation) = (
        claimed
            .ws
            .ok_or_else(|| Error::internal("a removal without a workspace"))?,
        claimed.subject,
    );
    let last = tx.query_one(&sql::LAST_SEQ, params![ws, conversation], |row| {
        row.opt_int(0)
    })?;
    let Some(last) = last.flatten() else {
        return Ok(match job::finish(tx, claimed)? {
            true => RemovalOutcome::Done,
            false => RemovalOutcome::LeaseLost,
        });
    };
    // Positions before that of the job are gone, unless it is past the end.
    let after = match claimed.position < last {
        true => claimed.position,
        false => 0,
    };
    let position = last.min(after + rows);
    if !job::advance(tx, claimed, position, REMOVAL_LEASE)? {
        return Ok(RemovalOutcome::LeaseLost);
    }
    delete_range(tx, ws, conversation, (after, position))?;
    Ok(RemovalOutcome::Behind(ClaimedJob {
        position,
        ..*claimed
    }))
}

fn delete_range(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    (after, until): (i64, i64),
) -> Result<()> {
    let parts: [&'static SqlStatement; 4] = [
        &sql::DELETE_RATINGS,
        &sql::DELETE_MENTIONS,
        &sql::DELETE_MESSAGES,
        &sql::DELETE_ENTRIES,
    ];
    for statement in parts {
        tx.execute(statement, params![ws, conversation, after, until])?;
    }
    Ok(())
}

/// Deletes the message with an id if its conversation is deleted, so that the id can be used again. Returns whether it did.
pub(crate) fn release_message_id(tx: &mut dyn Tx, ws: i64, id: &MessageId) -> Result<bool> {
    tx.execute(&sql::DELETE_RATINGS_OF_MESSAGE, params![ws, id])?;
    tx.execute(&sql::DELETE_MESSAGE, params![ws, id])
        .map(|deleted| deleted > 0)
}
