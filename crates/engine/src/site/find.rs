//! Finding sites.

use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::{Site, SiteKey};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::site as repo;

use crate::Engine;

/// One site, archived ones included. Asks for `sites:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: SiteKey) -> Result<Site> {
    ctx.require(Scope::read(Resource::Sites))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Within a transaction: the site, or that there is none.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Site> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Site))
}

/// Within a transaction: a site that is not put away.
pub(crate) fn find_active_in_tx(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Site> {
    let found = find_in_tx(tx, ws, key)?;
    if found.archived_at.is_some() {
        return Err(Error::not_found(EntityKind::Site));
    }
    Ok(found)
}

/// A numbered page, oldest first, and how many there are; `archived` shows only those put away or only the others.
/// Asks for `sites:read`.
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

/// The number of a site that is not put away, for conversations that name it; tells nothing else about it.
pub async fn find_number(engine: &Engine, ctx: &Ctx, key: SiteKey) -> Result<i64> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| find_active_in_tx(tx, ws, key).map(|site| site.number))
        .await
}
