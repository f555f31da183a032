//! Reads the log: messages and entries as one sequence, or entries alone.
//!
//! Keeps INV-6 (`docs/invariants.md`).

use parlor_model::log::{LogEntry, LogEntryKind, LogItem, LogItemSummary};
use parlor_model::{Result, Timestamp};

use crate::repo::conversation::LogHead;
use crate::repo::message;
use crate::sql::log as sql;
use crate::{Row, Tx, params};

/// Returns messages, tombstones and entries strictly after a `seq`, in order and without a gap, up to a log head that was
/// read before: at most `limit`, fewer if messages have `max_bytes`, but at least one if any is left. Positions commit in
/// order, so all up to the head exist. Later ones are left to the next read; otherwise one inserted between the two
/// queries could leave a gap.
pub fn read_items(
    tx: &mut dyn Tx,
    ws: i64,
    head: &LogHead,
    after: i64,
    limit: i64,
    max_bytes: i64,
) -> Result<Vec<LogItem>> {
    let (conversation, up_to) = (head.number, head.last_seq);
    let messages = message::log_rows_after(tx, ws, conversation, after, up_to, limit, max_bytes)?;
    // If the messages ended at the byte limit, entries after the last message would leave a gap.
    let end = match messages.items.last() {
        Some(last) if messages.is_full() => last.seq(),
        _ => up_to,
    };
    let mut items = messages.items;
    let entries = entries_after(tx, ws, conversation, after, end, limit)?;
    items.extend(entries.into_iter().map(LogItem::Entry));
    items.sort_unstable_by_key(LogItem::seq);
    items.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(items)
}

/// Returns log items like [`read_items`] without the messages' texts, so that many cost little.
pub fn read_summaries(
    tx: &mut dyn Tx,
    ws: i64,
    head: &LogHead,
    after: i64,
    limit: i64,
) -> Result<Vec<LogItemSummary>> {
    let (conversation, up_to) = (head.number, head.last_seq);
    let messages = message::times_after(tx, ws, conversation, after, up_to, limit)?;
    let messages = messages.into_iter().map(|(seq, at)| LogItemSummary {
        seq,
        at,
        entry: None,
    });
    let mut summaries: Vec<LogItemSummary> = messages.collect();
    let entries = entries_after(tx, ws, conversation, after, up_to, limit)?;
    summaries.extend(entries.into_iter().map(|entry| LogItemSummary {
        seq: entry.seq,
        at: entry.at,
        entry: Some(entry),
    }));
    summaries.sort_unstable_by_key(|summary| summary.seq);
    summaries.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(summaries)
}

/// Returns entries strictly after `seq` and up to `up_to`, in order.
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

/// Returns entries at or before `up_to` and before a time, newest first.
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

/// Finds the time of the last change of a conversation's state.
pub fn last_state_change_at(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::LAST_STATE, params![ws, conversation], |row| {
        row.time(0)
    })
}
