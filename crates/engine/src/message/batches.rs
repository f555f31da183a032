//! Reads a page of messages in batches, because all of it may be too large for memory.

use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{MAX_PAGE_BYTES, Message, MessageQuery};
use parlor_model::{Ctx, Result};
use parlor_store::repo::message as repo;

use super::list::{query_after, read_window};
use crate::Engine;
use crate::authority;

/// Bytes of every batch but the first, which is enough for most pages; a slow receiver thus holds little memory.
const NEXT_BATCH_BYTES: i64 = 256 * 1024;

/// Batched reading of a page of messages. Access to the conversation is checked for each batch.
#[derive(Debug, Clone)]
pub struct MessageBatches {
    ctx: Ctx,
    key: ConversationKey,
    /// What is left to read.
    query: MessageQuery,
    is_finished: bool,
}

impl MessageBatches {
    /// Reads the messages of a query, in its order.
    pub fn new(ctx: &Ctx, key: ConversationKey, query: MessageQuery) -> Self {
        Self {
            ctx: *ctx,
            key,
            query: MessageQuery {
                max_bytes: MAX_PAGE_BYTES,
                ..query
            },
            is_finished: false,
        }
    }

    /// Reads the newest messages within a query's bounds, at most its limit, oldest first.
    pub async fn from_newest(
        engine: &Engine,
        ctx: &Ctx,
        key: ConversationKey,
        query: MessageQuery,
    ) -> Result<Self> {
        let ctx = *ctx;
        let start = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                repo::start_of_newest(tx, ctx.ws(), number, &query, query.limit)
            })
            .await?;
        let query = MessageQuery {
            after_seq: start.map_or(query.after_seq, |start| start - 1),
            offset: 0,
            order: SortOrder::Ascending,
            ..query
        };
        Ok(Self::new(&ctx, key, query))
    }

    /// Returns whether the last batch was read.
    pub const fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Returns the next batch: about 1 MiB the first time, then 256 KiB, at least one message.
    pub async fn next(&mut self, engine: &Engine) -> Result<Vec<Message>> {
        if self.is_finished {
            return Ok(Vec::new());
        }
        let (ctx, key, query) = (self.ctx, self.key, self.query);
        let (items, is_cut) = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                read_window(tx, ctx.ws(), number, &query)
            })
            .await?;
        self.is_finished = !is_cut;
        if let Some(last) = items.last() {
            let rows = i64::try_from(items.len()).unwrap_or(i64::MAX);
            self.query = MessageQuery {
                limit: query.limit.saturating_sub(rows),
                max_bytes: NEXT_BATCH_BYTES,
                ..query_after(&query, last.seq)
            };
        }
        Ok(items)
    }
}
