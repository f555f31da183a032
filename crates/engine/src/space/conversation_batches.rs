//! The conversations of a space as its list shows them, read in pieces: a space may have any number of them.

use parlor_model::id::SpaceId;
use parlor_model::space::SpaceConversation;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{listing, space as repo};

use super::find::authorize_read;
use crate::{Engine, authority};

/// Rows of a piece: with the longest titles a piece takes half a mebibyte.
const BATCH_ROWS: usize = 500;

/// Conversations of one space on their way, in an order of the caller's. Whether the caller may read the space is
/// decided anew for each piece.
#[derive(Debug, Clone)]
pub struct SpaceConversationBatches {
    ctx: Ctx,
    space: SpaceId,
    /// The numbers of those that are left, the next one last.
    remaining: Vec<i64>,
}

impl SpaceConversationBatches {
    /// Those with these numbers, in this order.
    pub fn new(ctx: &Ctx, space: SpaceId, mut numbers: Vec<i64>) -> Self {
        numbers.reverse();
        Self {
            ctx: *ctx,
            space,
            remaining: numbers,
        }
    }

    /// Whether the last piece was read.
    pub const fn is_finished(&self) -> bool {
        self.remaining.is_empty()
    }

    /// The next piece. What is gone by now is passed over, so it may be empty.
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
                let space = authorize_read(&ctx, repo::find(tx, ctx.ws(), id)?)?;
                let seen = authority::space_view(tx, &ctx)?;
                listing::list_in_space(tx, ctx.ws(), space.number, &numbers, seen)
            })
            .await
    }
}
