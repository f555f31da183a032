//! Finds inboxes.

use parlor_model::error::EntityKind;
use parlor_model::inbox::{Inbox, InboxKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::inbox as repo;

use crate::Engine;

/// Returns an inbox. Requires `inboxes:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: InboxKey) -> Result<Inbox> {
    ctx.require(Scope::read(Resource::Inboxes))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| find_in_tx(tx, ws, key)).await
}

/// Returns the inbox.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: InboxKey) -> Result<Inbox> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::Inbox))
}

/// Returns a numbered page, oldest first, and the total. Requires `inboxes:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Inbox>, i64)> {
    ctx.require(Scope::read(Resource::Inboxes))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::page(tx, ws, limit, offset))
        .await
}
