//! Closes a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use crate::membership::{close_in_tx, load_membership};
use crate::{Engine, outbox};

/// Closes a conversation: its messages stay readable where the dialect shows them, and no more can be sent. Checks are
/// made in this order: known, not closed, not direct, owner.
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
        .await?;
    outbox::wake_worker(engine);
    Ok(())
}
