//! Lists messages that belong nowhere.

use parlor_model::scope::{Resource, Scope};
use parlor_model::unmatched_message::UnmatchedMessage;
use parlor_model::{Ctx, Result};
use parlor_store::repo::unmatched_message as repo;

use crate::Engine;

/// Returns messages of the workspace that belong nowhere, the newest first, before a number if there is one. Requires
/// `conversations:read`.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<UnmatchedMessage>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let (ws, before) = (ctx.ws(), before.unwrap_or(i64::MAX));
    engine
        .store
        .read(move |tx| repo::list(tx, ws, before, limit))
        .await
}
