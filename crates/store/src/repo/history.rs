//! Reading a conversation backwards in time order.
//!
//! A `seq` is in order if no lower `seq` in order is newer. Live messages are always in order. A message that an import
//! writes after newer ones is backdated: it keeps its time and stores the last `seq` in order before it, so that a
//! reader can skip any number of backdated messages at once.
//!
//! Keeps INV-17 (`docs/invariants.md`).

use parlor_model::log::{LogEntry, LogEntryKind};
use parlor_model::message::Message;
use parlor_model::{Result, Timestamp};

use super::param::to_json_array;
use super::{log, message};
use crate::sql::history as sql;
use crate::{Row, Tx, params};

/// Number of entries searched for the last chronological one.
const NEAR_ENTRIES: i64 = 16;

/// Position and time of a message, without its content.
#[derive(Debug, Clone, Copy)]
pub struct MessageMark {
    /// `seq`.
    pub seq: i64,
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Time.
    pub at: Timestamp,
    /// It is a user or assistant message and not deleted.
    pub is_conversational: bool,
    /// For a backdated message, the last `seq` in order before it; 0 if there is none.
    pub backdated_after: Option<i64>,
}

/// Returns the marks of messages at or before a `seq`, newest `seq` first, including backdated and deleted ones.
pub fn list_marks(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<MessageMark>> {
    tx.query_all(
        &sql::MARKS,
        params![ws, conversation, up_to, limit],
        from_row,
    )
}

/// Returns the marks of backdated messages strictly before a time and `seq`, newest first.
pub fn list_backdated(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    before: (Timestamp, i64),
    limit: i64,
) -> Result<Vec<MessageMark>> {
    let (at, seq) = before;
    tx.query_all(
        &sql::BACKDATED,
        params![ws, conversation, at, seq, limit],
        from_row,
    )
}

/// Returns whether a backdated message has this time or a later one.
pub fn has_backdated_since(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    since: Timestamp,
) -> Result<bool> {
    let found = tx.query_one(
        &sql::BACKDATED_SINCE,
        params![ws, conversation, since],
        |row| row.time(0),
    )?;
    Ok(found.is_some())
}

/// Returns messages by number, in no particular order, without deleted ones.
pub fn find_many(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    numbers: &[i64],
) -> Result<Vec<Message>> {
    tx.query_all(
        &sql::SOME,
        params![ws, conversation, &to_json_array(numbers)],
        message::from_row,
    )
}

/// Returns whether an entry is part of the chronological history. Edits and deletions are not: imports write them with
/// the time of the edit.
pub fn is_chronological(entry: &LogEntry) -> bool {
    !matches!(
        entry.kind,
        LogEntryKind::MessageEdited | LogEntryKind::MessageDeleted
    )
}

/// Finds the last message in order at or before a `seq`: its `seq` and time.
pub fn last_message_in_order(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    mut up_to: i64,
) -> Result<Option<(i64, Timestamp)>> {
    loop {
        let found = list_marks(tx, ws, conversation, up_to, 1)?;
        match found.first() {
            None => return Ok(None),
            Some(mark) => match mark.backdated_after {
                None => return Ok(Some((mark.seq, mark.at))),
                // A link always points to a lower `seq`.
                Some(after) => up_to = after.min(mark.seq - 1),
            },
        }
    }
}

/// Marks a message as backdated if an earlier `seq` is newer.
pub(super) fn mark_if_backdated(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    number: i64,
    seq: i64,
    at: Timestamp,
) -> Result<()> {
    let (position, newest) = last_in_order_before(tx, ws, conversation, seq)?;
    if newest.is_some_and(|newest| at < newest) {
        tx.execute(&sql::BACKDATE, params![ws, number, position])?;
    }
    Ok(())
}

/// Marks a message whose time was changed as backdated, whatever its new time: later messages may be older.
pub fn mark_backdated(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    number: i64,
    seq: i64,
) -> Result<()> {
    let (position, _) = last_in_order_before(tx, ws, conversation, seq)?;
    tx.execute(&sql::BACKDATE, params![ws, number, position])
        .map(drop)
}

/// Returns the last `seq` in order before another (0 if none) and the newest time up to it.
fn last_in_order_before(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
) -> Result<(i64, Option<Timestamp>)> {
    let message = last_message_in_order(tx, ws, conversation, seq - 1)?;
    let end = Timestamp::from_micros(i64::MAX);
    let entries = log::entries_before(tx, ws, conversation, seq - 1, end, NEAR_ENTRIES)?;
    let entry = entries
        .iter()
        .find(|entry| is_chronological(entry))
        .map(|entry| (entry.seq, entry.at));
    let position = message.max(entry).map_or(0, |(position, _)| position);
    let newest = message.map(|(_, at)| at).max(entry.map(|(_, at)| at));
    Ok((position, newest))
}

fn from_row(row: &dyn Row) -> Result<MessageMark> {
    Ok(MessageMark {
        seq: row.int(0)?,
        number: row.int(1)?,
        at: row.time(2)?,
        is_conversational: row.bool(3)?,
        backdated_after: row.opt_int(4)?,
    })
}
