//! Deletes a saved filter.

use parlor_model::saved_filter::SavedFilterKey;
use parlor_model::{Ctx, Result};
use parlor_store::repo::saved_filter as repo;

use super::find::find_in_tx;
use crate::Engine;

/// Deletes a filter of the acting member.
pub async fn delete(engine: &Engine, ctx: &Ctx, key: SavedFilterKey) -> Result<()> {
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let filter = find_in_tx(tx, ws, owner, key)?;
            repo::delete(tx, ws, filter.number)
        })
        .await
}
