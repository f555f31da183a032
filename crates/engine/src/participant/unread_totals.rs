//! Counts a member's unread messages.

use parlor_model::participant::UnreadTotals;
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation_list_item;

use crate::{Engine, authority};

/// Returns how many messages of others follow the acting member's read marks in all open conversations it participates
/// in, muted and hidden ones included, and how many of them mention it.
pub async fn unread_totals(engine: &Engine, ctx: &Ctx) -> Result<UnreadTotals> {
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let own = authority::own_list_visibility(tx, &ctx)?;
            conversation_list_item::unread_totals(tx, ctx.ws(), own)
        })
        .await
}
