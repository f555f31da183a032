//! Giving up what was begun.

use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::{Ctx, Result};
use parlor_store::repo::draft as repo;

use super::authorize_write;
use crate::Engine;

/// Removes a draft of a conversation, if there is one of this id: what was said under it stays, and may still be said.
/// Who may speak in the conversation may.
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
