//! Listing keys.

use parlor_model::key::Key;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::key as repo;

use crate::Engine;

/// The workspace's keys, oldest first, revoked ones included. Asks for `admin:read`.
pub async fn list(engine: &Engine, ctx: &Ctx) -> Result<Vec<Key>> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::list(tx, ws)).await
}
