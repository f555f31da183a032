//! Ending a conversation for everybody.

use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use crate::Engine;
use crate::membership::{close_in_tx, load_membership};

/// Closes a conversation: what was said stays readable where a vocabulary shows it, nothing more is said. Refused in
/// this order: unknown, closed, direct, not the owner.
pub async fn close_conversation(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (mut found, _) = load_membership(tx, &ctx, key)?
                .require_open()?
                .require_not_direct()?
                .require_owner()?;
            close_in_tx(tx, &ctx, &mut found)
        })
        .await
}
