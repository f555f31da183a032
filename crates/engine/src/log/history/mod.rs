//! Messages and the other changes of a conversation as one story, read backwards from a time.

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

/// What to read of a conversation's story.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery {
    /// Which conversation.
    pub conversation: ConversationKey,
    /// Only what is shown at this time or before, in milliseconds since 1970.
    pub until: i64,
    /// Items at the most.
    pub limit: usize,
    /// Which of the entries that are no messages are wanted.
    pub entry_filter: fn(&LogEntry) -> bool,
}

/// Something of a story, and the time it is shown with.
#[derive(Debug, Clone)]
pub struct HistoryItem {
    /// What it is; never what a deleted message left.
    pub item: LogItem,
    /// Milliseconds since 1970. Every item of a conversation has a time of its own: where several are of one
    /// millisecond, the newest keeps it, and those before it are moved back by one each. Never later than the true time.
    pub shown_at: i64,
}

/// What people and assistants said in a conversation that the caller may see, and the entries asked for, newest first
/// in the order of their times. A walk that goes on with the time of the last item, or with one millisecond less, misses
/// nothing, however many items are of one millisecond, and wherever an import put them in the log. However far back the
/// time lies, only the page and what is beside it is read.
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
            let items = page.into_iter().filter_map(|(shown_at, moment)| {
                let item = match moment {
                    TimelineItem::Entry(entry) => LogItem::Entry(entry),
                    // One that was deleted meanwhile is missing.
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

/// Something of a story before its text is read.
#[derive(Debug, Clone)]
pub enum HistoryItemSummary {
    /// A message, by its number.
    Message(i64),
    /// Another change.
    Entry(LogEntry),
}

/// The same as [`read_history`] without the messages' texts, each with the time it is shown with.
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
            let heads = page.into_iter().map(|(shown_at, moment)| {
                let head = match moment {
                    TimelineItem::Entry(entry) => HistoryItemSummary::Entry(entry),
                    TimelineItem::Message(mark) => HistoryItemSummary::Message(mark.number),
                };
                (shown_at, head)
            });
            Ok(heads.collect())
        })
        .await
}

/// The moments of a page with the times they are shown with, newest first.
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
        let Some(moment) = timeline.next(tx)? else {
            break;
        };
        shown_at = (shown_at - 1).min(moment.time().millis());
        let is_wanted = match &moment {
            TimelineItem::Message(mark) => mark.is_conversational,
            TimelineItem::Entry(entry) => (query.entry_filter)(entry),
        };
        if is_wanted && shown_at <= query.until {
            page.push((shown_at, moment));
        }
    }
    Ok(page)
}

/// The messages of a page, by number.
fn find_messages(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    page: &[(i64, TimelineItem)],
) -> Result<HashMap<i64, Message>> {
    let numbers: Vec<i64> = page
        .iter()
        .filter_map(|(_, moment)| match moment {
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
