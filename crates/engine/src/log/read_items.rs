//! Reads log items.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::{LogEntry, LogItem};
use parlor_model::message::MAX_PAGE_BYTES;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::conversation::LogHead;
use parlor_store::repo::{log as repo, message};

use crate::{Engine, authority};

/// Returns the log of a conversation that the caller may read, strictly after a seq, in order and without a gap:
/// messages, tombstones and entries. Returns at most `limit` items; fewer if messages are long, but at least one if any
/// is left.
pub async fn read_items(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: i64,
    limit: i64,
) -> Result<Vec<LogItem>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = authority::find_readable_head(tx, &ctx, key)?;
            merge_items(tx, ctx.ws(), &found, after, limit)
        })
        .await
}

/// Reads and merges messages and entries up to a log head that was read before. Seqs commit in order, so all up to
/// there exist. Later ones are left to the next read; otherwise one inserted between the two queries could leave a gap.
pub(super) fn merge_items(
    tx: &mut dyn Tx,
    ws: i64,
    head: &LogHead,
    after: i64,
    limit: i64,
) -> Result<Vec<LogItem>> {
    let (conversation, up_to) = (head.number, head.last_seq);
    let messages =
        message::log_rows_after(tx, ws, conversation, after, up_to, limit, MAX_PAGE_BYTES)?;
    // If the messages ended at the byte limit, entries after the last message would leave a gap.
    let end = match messages.items.last() {
        Some(last) if messages.is_full() => last.seq(),
        _ => up_to,
    };
    let mut items = messages.items;
    let entries = repo::entries_after(tx, ws, conversation, after, end, limit)?;
    items.extend(entries.into_iter().map(LogItem::Entry));
    items.sort_unstable_by_key(LogItem::seq);
    items.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(items)
}

/// A log item without its content.
#[derive(Debug, Clone)]
pub struct LogItemSummary {
    /// The seq.
    pub seq: i64,
    /// Its time.
    pub at: Timestamp,
    /// The entry, unless it is a message.
    pub entry: Option<LogEntry>,
}

/// Returns log items like [`read_items`] without the messages' texts, so that many cost little.
pub async fn read_summaries(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    after: i64,
    limit: i64,
) -> Result<Vec<LogItemSummary>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = authority::find_readable_head(tx, &ctx, key)?;
            let (number, up_to) = (found.number, found.last_seq);
            let messages = message::times_after(tx, ctx.ws(), number, after, up_to, limit)?;
            let entries = repo::entries_after(tx, ctx.ws(), number, after, up_to, limit)?;
            let messages = messages.into_iter().map(|(seq, at)| LogItemSummary {
                seq,
                at,
                entry: None,
            });
            let mut summaries: Vec<LogItemSummary> = messages.collect();
            summaries.extend(entries.into_iter().map(|entry| LogItemSummary {
                seq: entry.seq,
                at: entry.at,
                entry: Some(entry),
            }));
            summaries.sort_unstable_by_key(|summary| summary.seq);
            summaries.truncate(usize::try_from(limit).unwrap_or(0));
            Ok(summaries)
        })
        .await
}
