//! Ending a conversation for everybody.

use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use super::leave::close;
use crate::Engine;
use crate::conversation::stand;

/// Closes a conversation: what was said stays readable where a vocabulary shows it, nothing more is said. Refused in
/// this order: unknown, closed, direct, not the owner.
pub async fn disband(engine: &Engine, ctx: &Ctx, key: ConversationKey) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (mut found, _) = stand(tx, &ctx, key)?.open()?.of_many()?.owned()?;
            close(tx, &ctx, &mut found)
        })
        .await
}
