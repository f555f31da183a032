//! Reading drafts.

use parlor_model::conversation::ConversationKey;
use parlor_model::draft::Draft;
use parlor_model::{Ctx, Result};
use parlor_store::repo::draft as repo;

use crate::Engine;
use crate::authority;

/// What was begun in a conversation the caller may see and is not finished, oldest first.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    limit: i64,
) -> Result<Vec<Draft>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let number = authority::number(tx, &ctx, key)?;
            repo::list(tx, ctx.ws(), number, limit)
        })
        .await
}
