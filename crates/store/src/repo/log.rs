//! The log's entries that are not messages.

use parlor_model::log::{LogEntry, LogEntryKind};
use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result, Timestamp};

use crate::sql::log as sql;
use crate::{Row, Tx, params};

/// Writes the entry at position 1, which a new conversation's head already counts.
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

/// A position that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenPosition {
    /// Its number.
    pub seq: i64,
    /// The time it was taken for, or that of what stands before it where that is later: the clocks of nodes differ, and
    /// times of a log never go back.
    pub at: Timestamp,
}

/// Takes the next position of a conversation for something that is or was at a time, and has it told once it is
/// committed. Every position that a closure takes is taken here; appends count theirs within their commit.
pub fn next_seq(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    at: Timestamp,
    is_said: bool,
) -> Result<TakenPosition> {
    let asked = params![ws, conversation, at, is_said];
    let read = |row: &dyn Row| {
        Ok(TakenPosition {
            seq: row.int(0)?,
            at: row.time(1)?,
        })
    };
    let taken = tx
        .query_one(&sql::NEXT_SEQ, asked, read)?
        .ok_or_else(|| Error::internal("conversation vanished within its transaction"))?;
    tx.notify_log_update(LogUpdate {
        ws,
        conversation,
        seq: taken.seq,
    });
    Ok(taken)
}

/// Takes the next position and writes an entry there, never with an earlier time than what stands before it.
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

/// The same about something that was at a time, which the entry keeps.
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

/// The same about something that is no change of the conversation itself: it takes a position and moves no time of it.
pub fn append_untimed_entry(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    kind: LogEntryKind,
    actor: Option<i64>,
    payload: &str,
) -> Result<()> {
    let now = tx.next_stamp().at;
    // Times only move forward: a position taken for the beginning of time moves none.
    let taken = next_seq(tx, ws, conversation, Timestamp::EARLIEST, false)?;
    let at = now.max(taken.at);
    insert_entry_at(tx, ws, conversation, taken.seq, kind, actor, at, payload)
}

/// Writes an entry at a position that was taken.
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

/// Entries strictly after a position and up to another, in order.
pub fn entries_after(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    let bounds = params![ws, conversation, seq, up_to, limit];
    tx.query_all(&sql::AFTER, bounds, from_row)
}

/// Entries at or before a position and before a time, newest first.
pub fn entries_before(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    up_to: i64,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<LogEntry>> {
    tx.query_all(
        &sql::BACK,
        params![ws, conversation, up_to, before, limit],
        from_row,
    )
}

fn from_row(row: &dyn Row) -> Result<LogEntry> {
    Ok(LogEntry {
        seq: row.int(0)?,
        kind: row.enum_value(1, LogEntryKind::from_name)?,
        actor: row.opt_int(2)?,
        at: row.time(3)?,
        payload: row.string(4)?,
    })
}

/// When a conversation's state last changed; none where it never did.
pub fn last_state_change_at(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::LAST_STATE, params![ws, conversation], |row| {
        row.time(0)
    })
}
