//! Conversation history: messages and log entries in order of time, read backwards.
//!
//! Keeps INV-17 (`docs/invariants.md`).

mod start;
mod timeline;

use std::collections::HashMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::log::{LogEntry, LogItem};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::history as repo;

use self::timeline::{Timeline, TimelineItem};
use crate::Engine;
use crate::authority;

/// What to read of a history.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery {
    /// The conversation.
    pub conversation: ConversationKey,
    /// Only items with `shown_at` up to this time, in milliseconds since 1970.
    pub until: i64,
    /// Maximum number of items.
    pub limit: usize,
    /// Which log entries to include besides messages.
    pub entry_filter: fn(&LogEntry) -> bool,
}

/// An item of a history with its display time.
#[derive(Debug, Clone)]
pub struct HistoryItem {
    /// The item; never the tombstone of a deleted message.
    pub item: LogItem,
    /// Milliseconds since 1970, unique within the conversation and never later than the true time. Of several items in
    /// one millisecond the newest keeps it, and each earlier one is shifted back by one more.
    pub shown_at: i64,
}

/// Returns the user and assistant messages of a conversation that the caller may read, and the requested log entries,
/// newest first by time.
///
/// A scan that continues at the time of the last item, or one millisecond before it, misses nothing, also with many
/// items in one millisecond and with imported ones anywhere in the log. Only the page and its surroundings are read,
/// however old they are.
pub async fn read_history(
    engine: &Engine,
    ctx: &Ctx,
    query: HistoryQuery,
) -> Result<Vec<HistoryItem>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let ws = ctx.ws();
            let head = authority::find_readable_head(tx, &ctx, query.conversation)?;
            let page = read_timeline(tx, ws, head.number, head.last_seq, &query)?;
            let mut messages = find_messages(tx, ws, head.number, &page)?;
            let items = page.into_iter().filter_map(|(shown_at, timeline_item)| {
                let item = match timeline_item {
                    TimelineItem::Entry(entry) => LogItem::Entry(entry),
                    // Messages deleted meanwhile are omitted.
                    TimelineItem::Message(mark) => {
                        LogItem::Message(Box::new(messages.remove(&mark.number)?))
                    }
                };
                Some(HistoryItem { item, shown_at })
            });
            Ok(items.collect())
        })
        .await
}

/// An item of a history without its text.
#[derive(Debug, Clone)]
pub enum HistoryItemSummary {
    /// A message, by number.
    Message(i64),
    /// A log entry.
    Entry(LogEntry),
}

/// Returns the items of [`read_history`] without the messages' texts, each with its display time.
pub async fn read_history_summaries(
    engine: &Engine,
    ctx: &Ctx,
    query: HistoryQuery,
) -> Result<Vec<(i64, HistoryItemSummary)>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let head = authority::find_readable_head(tx, &ctx, query.conversation)?;
            let page = read_timeline(tx, ctx.ws(), head.number, head.last_seq, &query)?;
            let summaries = page.into_iter().map(|(shown_at, timeline_item)| {
                let summary = match timeline_item {
                    TimelineItem::Entry(entry) => HistoryItemSummary::Entry(entry),
                    TimelineItem::Message(mark) => HistoryItemSummary::Message(mark.number),
                };
                (shown_at, summary)
            });
            Ok(summaries.collect())
        })
        .await
}

/// Returns the items of a page with their display times, newest first.
fn read_timeline(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    head: i64,
    query: &HistoryQuery,
) -> Result<Vec<(i64, TimelineItem)>> {
    let start = start::find_start(tx, ws, conversation, head, query.until)?;
    let mut timeline = Timeline::new(ws, conversation, start, query.limit);
    let mut page = Vec::new();
    let mut shown_at = i64::MAX;
    while page.len() < query.limit {
        let Some(timeline_item) = timeline.next(tx)? else {
            break;
        };
        shown_at = (shown_at - 1).min(timeline_item.time().millis());
        let is_wanted = match &timeline_item {
            TimelineItem::Message(mark) => mark.is_conversational,
            TimelineItem::Entry(entry) => (query.entry_filter)(entry),
        };
        if is_wanted && shown_at <= query.until {
            page.push((shown_at, timeline_item));
        }
    }
    Ok(page)
}

/// Returns the messages of a page by number.
fn find_messages(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    page: &[(i64, TimelineItem)],
) -> Result<HashMap<i64, Message>> {
    let numbers: Vec<i64> = page
        .iter()
        .filter_map(|(_, timeline_item)| match timeline_item {
            TimelineItem::Message(mark) => Some(mark.number),
            TimelineItem::Entry(_) => None,
        })
        .collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let found = repo::find_many(tx, ws, conversation, &numbers)?;
    Ok(found
        .into_iter()
        .map(|message| (message.number, message))
        .collect())
}
