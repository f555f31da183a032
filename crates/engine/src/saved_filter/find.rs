//! Finds saved filters.

use parlor_model::error::EntityKind;
use parlor_model::saved_filter::{SavedFilter, SavedFilterKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::saved_filter as repo;

use crate::Engine;

/// Returns a filter of the acting member.
pub async fn find(engine: &Engine, ctx: &Ctx, key: SavedFilterKey) -> Result<SavedFilter> {
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .read(move |tx| find_in_tx(tx, ws, owner, key))
        .await
}

/// Returns the owner's filter.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    owner: i64,
    key: SavedFilterKey,
) -> Result<SavedFilter> {
    repo::find(tx, ws, owner, key)?.ok_or_else(|| Error::not_found(EntityKind::Filter))
}

/// Returns a numbered page of the acting member's filters by name, and their total.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<SavedFilter>, i64)> {
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .read(move |tx| repo::page(tx, ws, owner, limit, offset))
        .await
}
