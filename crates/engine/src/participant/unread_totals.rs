//! What a member has not read anywhere.

use parlor_model::participant::UnreadTotals;
use parlor_model::{Ctx, Result};
use parlor_store::repo::conversation_list_item;

use crate::{Engine, authority};

/// What others said after the acting member's marks in all open conversations it takes part in, muted and hidden ones
/// too, and how much of it mentions it.
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
