//! Discards a draft.

use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::{Ctx, Result};
use parlor_store::repo::draft as repo;

use super::authorize_write;
use crate::Engine;

/// Deletes a draft of a conversation, if it exists. A message with its id stays, and the id may still be used. Requires
/// write permission.
pub async fn discard(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    id: MessageId,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = authorize_write(tx, &ctx, key)?.number;
            repo::delete(tx, ctx.ws(), number, id)
        })
        .await
}
