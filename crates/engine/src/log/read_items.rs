//! Reads log items.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::{LogItem, LogItemSummary};
use parlor_model::message::MAX_PAGE_BYTES;
use parlor_model::{Ctx, Result};
use parlor_store::repo::log as repo;

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
            let head = authority::find_readable_head(tx, &ctx, key)?;
            repo::read_items(tx, ctx.ws(), &head, after, limit, MAX_PAGE_BYTES)
        })
        .await
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
            let head = authority::find_readable_head(tx, &ctx, key)?;
            repo::read_summaries(tx, ctx.ws(), &head, after, limit)
        })
        .await
}
