//! Leaves a conversation.

use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use crate::Engine;
use crate::membership::{leave_in_tx, load_membership};

/// Makes the acting member leave. Its ownership is transferred to the participant that joined first; with the last
/// participant the conversation is closed. Assistants neither become owners nor keep it open. Checks are made in this
/// order: known, not closed, not direct, participant.
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
