//! Appends entries that are not messages.
//!
//! Keeps INV-10, INV-19 (`docs/invariants.md`).

use parlor_model::log::LogEntryKind;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result, Timestamp};

use crate::sql::log as sql;
use crate::{Row, Tx, params};

/// Writes the entry at `seq` 1, which a new conversation's head already counts.
pub fn insert_first_entry(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    actor: Option<i64>,
    at: Timestamp,
    payload: &str,
) -> Result<()> {
    let kind = LogEntryKind::Created;
    insert_entry_at(tx, ws, conversation, 1, kind, actor, at, payload)?;
    tx.notify_log_update(LogUpdate {
        ws,
        conversation,
        seq: 1,
    });
    Ok(())
}

/// Position taken in a conversation's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repo) struct TakenPosition {
    /// Its `seq`.
    pub(in crate::repo) seq: i64,
    /// Time for which it was taken, or the conversation's latest time if that is later: clocks of nodes differ, and times
    /// of a log never decrease.
    pub(in crate::repo) at: Timestamp,
}

/// Takes the next `seq` of a conversation for an event at time `at` and queues the log update. Closures take every
/// `seq` here; appends count theirs in the backend.
pub(in crate::repo) fn next_seq(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    at: Timestamp,
    is_conversational: bool,
) -> Result<TakenPosition> {
    let params = params![ws, conversation, at, is_conversational];
    let read = |row: &dyn Row| {
        Ok(TakenPosition {
            seq: row.int(0)?,
            at: row.time(1)?,
        })
    };
    let taken = tx
        .query_one(&sql::NEXT_SEQ, params, read)?
        .ok_or_else(|| Error::internal("conversation vanished within its transaction"))?;
    tx.notify_log_update(LogUpdate {
        ws,
        conversation,
        seq: taken.seq,
    });
    Ok(taken)
}

/// Appends an entry at the current time, or at the time of the entry before it if that is later.
pub fn append_entry(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    kind: LogEntryKind,
    actor: Option<i64>,
    payload: &str,
) -> Result<i64> {
    let now = tx.next_stamp().at;
    let TakenPosition { seq, at } = next_seq(tx, ws, conversation, now, false)?;
    insert_entry_at(tx, ws, conversation, seq, kind, actor, at, payload)?;
    Ok(seq)
}

/// Appends an entry with a given time, which the entry keeps.
pub fn append_entry_at(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    kind: LogEntryKind,
    actor: Option<i64>,
    at: Timestamp,
    payload: &str,
) -> Result<i64> {
    let seq = next_seq(tx, ws, conversation, at, false)?.seq;
    insert_entry_at(tx, ws, conversation, seq, kind, actor, at, payload)?;
    Ok(seq)
}

/// Appends an entry that does not count as a change of the conversation: it takes a `seq` but leaves the conversation's
/// times unchanged.
pub fn append_untimed_entry(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    kind: LogEntryKind,
    actor: Option<i64>,
    payload: &str,
) -> Result<()> {
    let now = tx.next_stamp().at;
    // Times only move forward, so the earliest time moves none.
    let taken = next_seq(tx, ws, conversation, Timestamp::EARLIEST, false)?;
    let at = now.max(taken.at);
    insert_entry_at(tx, ws, conversation, taken.seq, kind, actor, at, payload)
}

/// Writes an entry at a `seq` that was taken before.
#[allow(clippy::too_many_arguments, reason = "they are the columns of the row")]
pub(crate) fn insert_entry_at(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
    kind: LogEntryKind,
    actor: Option<i64>,
    at: Timestamp,
    payload: &str,
) -> Result<()> {
    tx.execute(
        &sql::INSERT,
        params![ws, conversation, seq, kind.as_str(), actor, at, payload],
    )
    .map(drop)
}
