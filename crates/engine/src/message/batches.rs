//! A page of messages that is read in pieces, where all of it would be too much to hold.

use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::{MAX_PAGE_BYTES, Message, MessageQuery};
use parlor_model::{Ctx, Result};
use parlor_store::repo::message as repo;

use super::list::{query_after, read_window};
use crate::Engine;
use crate::authority;

/// Bytes of every piece but the first, which most pages fit into: who has to wait for the next one holds little.
const NEXT_BATCH_BYTES: i64 = 256 * 1024;

/// A page of a conversation's messages on its way. Whether the caller may see the conversation is decided anew for each
/// piece.
#[derive(Debug, Clone)]
pub struct MessageBatches {
    ctx: Ctx,
    key: ConversationKey,
    /// What is left.
    query: MessageQuery,
    is_finished: bool,
}

impl MessageBatches {
    /// The messages of a walk, in its order.
    pub fn new(ctx: &Ctx, key: ConversationKey, walk: MessageQuery) -> Self {
        Self {
            ctx: *ctx,
            key,
            query: MessageQuery {
                max_bytes: MAX_PAGE_BYTES,
                ..walk
            },
            is_finished: false,
        }
    }

    /// The newest messages between a walk's positions, as many as its limit says, the oldest of them first.
    pub async fn from_newest(
        engine: &Engine,
        ctx: &Ctx,
        key: ConversationKey,
        walk: MessageQuery,
    ) -> Result<Self> {
        let ctx = *ctx;
        let start = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                repo::start_of_newest(tx, ctx.ws(), number, &walk, walk.limit)
            })
            .await?;
        let walk = MessageQuery {
            after_seq: start.map_or(walk.after_seq, |start| start - 1),
            offset: 0,
            order: SortOrder::Ascending,
            ..walk
        };
        Ok(Self::new(&ctx, key, walk))
    }

    /// Whether the last piece was read.
    pub const fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// The next piece: about a mebibyte the first time, a quarter of it afterwards, but a message at least.
    pub async fn next(&mut self, engine: &Engine) -> Result<Vec<Message>> {
        if self.is_finished {
            return Ok(Vec::new());
        }
        let (ctx, key, walk) = (self.ctx, self.key, self.query);
        let (items, is_cut) = engine
            .store
            .read(move |tx| {
                let number = authority::find_readable_number(tx, &ctx, key)?;
                read_window(tx, ctx.ws(), number, &walk)
            })
            .await?;
        self.is_finished = !is_cut;
        if let Some(last) = items.last() {
            let rows = i64::try_from(items.len()).unwrap_or(i64::MAX);
            self.query = MessageQuery {
                limit: walk.limit.saturating_sub(rows),
                max_bytes: NEXT_BATCH_BYTES,
                ..query_after(&walk, last.seq)
            };
        }
        Ok(items)
    }
}
