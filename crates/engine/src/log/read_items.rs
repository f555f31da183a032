//! Reading a conversation's log.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::{LogEntry, LogItem};
use parlor_model::message::MAX_PAGE_BYTES;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::conversation::LogHead;
use parlor_store::repo::{log as repo, message};

use crate::{Engine, authority};

/// The log of a conversation the caller may see, strictly after a position, in order and without a gap: messages,
/// what deleted ones left, and every other change. At most `limit` positions; fewer where messages are long, but one at
/// least while there is one.
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

/// Reads up to a head that was read before. Positions are committed in their order, so everything up to there is; what
/// comes while its parts are read one after the other is left to the next read, and no position is skipped.
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
    // Behind the message at which the bytes were reached comes perhaps another: entries further on would leave a gap.
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

/// A position of a log without what was said there.
#[derive(Debug, Clone)]
pub struct LogItemSummary {
    /// The position.
    pub seq: i64,
    /// When it was taken.
    pub at: Timestamp,
    /// What happened, where it is no message.
    pub entry: Option<LogEntry>,
}

/// The same as [`read_items`] without the messages' texts, so that many positions cost little.
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
            let mut heads: Vec<LogItemSummary> = messages.collect();
            heads.extend(entries.into_iter().map(|entry| LogItemSummary {
                seq: entry.seq,
                at: entry.at,
                entry: Some(entry),
            }));
            heads.sort_unstable_by_key(|head| head.seq);
            heads.truncate(usize::try_from(limit).unwrap_or(0));
            Ok(heads)
        })
        .await
}
