//! Reads the list rows of a space's conversations in batches, since a space may have any number of them.

use parlor_model::id::SpaceId;
use parlor_model::space::SpaceConversation;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{listing, space as repo};

use crate::{Engine, authority};

/// Rows per batch; at most 512 KiB with the longest titles.
const BATCH_ROWS: usize = 500;

/// Batched reading of conversations of one space, in the caller's order. Access to the space is checked for each batch.
#[derive(Debug, Clone)]
pub struct SpaceConversationBatches {
    ctx: Ctx,
    space: SpaceId,
    /// Numbers that are left, in reverse order.
    remaining: Vec<i64>,
}

impl SpaceConversationBatches {
    /// Reads the conversations with these numbers, in this order.
    pub fn new(ctx: &Ctx, space: SpaceId, mut numbers: Vec<i64>) -> Self {
        numbers.reverse();
        Self {
            ctx: *ctx,
            space,
            remaining: numbers,
        }
    }

    /// Returns whether the last batch was read.
    pub const fn is_finished(&self) -> bool {
        self.remaining.is_empty()
    }

    /// Returns the next batch. Conversations deleted meanwhile are skipped, so it may be empty.
    pub async fn next(&mut self, engine: &Engine) -> Result<Vec<SpaceConversation>> {
        let rest = self.remaining.len().saturating_sub(BATCH_ROWS);
        let mut numbers = self.remaining.split_off(rest);
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        numbers.reverse();
        let (ctx, id) = (self.ctx, self.space);
        engine
            .store
            .read(move |tx| {
                let space = authority::authorize_read_space(&ctx, repo::find(tx, ctx.ws(), id)?)?;
                let seen = authority::space_view(tx, &ctx)?;
                listing::list_in_space(tx, ctx.ws(), space.number, &numbers, seen)
            })
            .await
    }
}
