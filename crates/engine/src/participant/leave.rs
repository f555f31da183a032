//! Leaving by one's own will.

use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use crate::Engine;
use crate::membership::{leave_in_tx, load_membership};

/// The acting member leaves. What it owned goes to the one of the others who has been there longest, and with the
/// last one the conversation is over; assistants neither inherit nor keep it open. Refused in this order: unknown,
/// closed, direct, not taking part.
pub async fn leave(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (found, own) = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?
                .require_joined()?;
            leave_in_tx(tx, &ctx, found, own.member.number)?.transfer_ownership(tx, &ctx)
        })
        .await
}
