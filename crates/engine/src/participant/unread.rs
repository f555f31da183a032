//! What a member has not read anywhere.

use parlor_model::participant::UnreadTotals;
use parlor_model::{Ctx, Result};
use parlor_store::repo::overview;

use crate::{Engine, authority};

/// What others said after the acting member's marks in all open conversations it takes part in, muted and hidden ones
/// too, and how much of it mentions it.
pub async fn unread(engine: &Engine, ctx: &Ctx) -> Result<UnreadTotals> {
    let ctx = *ctx;
    engine
        .store
        .scan(ctx.ws(), move |tx| {
            let own = authority::own(tx, &ctx)?;
            overview::totals(tx, ctx.ws(), own)
        })
        .await
}
