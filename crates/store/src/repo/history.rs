//! Reading a conversation backwards in the order of time.
//!
//! A position is in order when nothing at a lower position in order is newer. Everything that is said live is in order.
//! A message that an import puts behind newer ones is backdated: it keeps its time, and knows the last position in order
//! before it, so that a reader of the positions can pass over any number of backdated messages at once.

use parlor_model::log::{LogEntry, LogEntryKind};
use parlor_model::message::Message;
use parlor_model::{Result, Timestamp};

use super::search::to_json_array;
use super::{log, message};
use crate::sql::history as sql;
use crate::{Row, Tx, params};

/// Entries looked through for the last one that belongs to the story.
const NEAR_ENTRIES: i64 = 16;

/// A message without what it says.
#[derive(Debug, Clone, Copy)]
pub struct MessageMark {
    /// Its position.
    pub seq: i64,
    /// Its number.
    pub number: i64,
    /// When it was said.
    pub at: Timestamp,
    /// A person or an assistant said it, and it was not deleted.
    pub is_conversational: bool,
    /// For a backdated message, the last position before it that is in order; 0 where there is none.
    pub backdated_after: Option<i64>,
}

/// Messages at or before a position, last position first, backdated and deleted ones included.
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

/// Backdated messages strictly before a time and a position, newest first.
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

/// Whether a backdated message is of a time or later.
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

/// Some messages by number, in no order; those that were deleted are left out.
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

/// Whether an entry belongs to the story that is told in the order of time. Edits and deletions do not: imports write
/// them with the time of the edit.
pub fn is_chronological(entry: &LogEntry) -> bool {
    !matches!(
        entry.kind,
        LogEntryKind::MessageEdited | LogEntryKind::MessageDeleted
    )
}

/// The last message in order at or before a position: its position and time.
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
                // A link always leads to a lower position.
                Some(after) => up_to = after.min(mark.seq - 1),
            },
        }
    }
}

/// Marks a message at a position as backdated where what stands before it is newer.
pub fn mark_if_backdated(
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

/// Marks a message whose time was changed as backdated, whatever its time is now: what follows may be older.
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

/// The last position in order before another, and the newest time up to there; 0 where there is none.
fn last_in_order_before(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
) -> Result<(i64, Option<Timestamp>)> {
    let said = last_message_in_order(tx, ws, conversation, seq - 1)?;
    let end = Timestamp::from_micros(i64::MAX);
    let entries = log::entries_before(tx, ws, conversation, seq - 1, end, NEAR_ENTRIES)?;
    let told = entries
        .iter()
        .find(|entry| is_chronological(entry))
        .map(|entry| (entry.seq, entry.at));
    let position = said.max(told).map_or(0, |(position, _)| position);
    let newest = said.map(|(_, at)| at).max(told.map(|(_, at)| at));
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
