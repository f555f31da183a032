//! Finds sites.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::{Site, SiteKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::site as repo;

use crate::Engine;

/// Returns a site, archived or not. Requires `sites:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: SiteKey) -> Result<Site> {
    ctx.require(Scope::read(Resource::Sites))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Returns the site.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Site> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Site))
}

/// Returns a site that is not archived.
///
/// # Errors
/// `NotFound`.
pub(crate) fn find_active_in_tx(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Site> {
    let found = find_in_tx(tx, ws, key)?;
    if found.archived_at.is_some() {
        return Err(Error::not_found(EntityKind::Site));
    }
    Ok(found)
}

/// Returns a numbered page, oldest first, and the total; `archived` selects only archived ones or only the others.
/// Requires `sites:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    archived: Option<bool>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Site>, i64)> {
    ctx.require(Scope::read(Resource::Sites))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, archived, limit, offset))
        .await
}

/// Returns the number of a site that is not archived, for conversations that name it. Reveals only that it exists.
pub async fn find_number(engine: &Engine, ctx: &Ctx, key: SiteKey) -> Result<i64> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| find_active_in_tx(tx, ws, key).map(|site| site.number))
        .await
}
