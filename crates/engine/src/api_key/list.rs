//! Lists and finds API keys.

use parlor_model::api_key::{ApiKey, ApiKeyKey};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::api_key as repo;

use crate::Engine;

/// Lists the workspace's keys, oldest first, including revoked ones. Requires `admin:read`.
pub async fn list(engine: &Engine, ctx: &Ctx) -> Result<Vec<ApiKey>> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::list(tx, ws)).await
}

/// Returns a numbered page of the keys that are not revoked, oldest first, and their total. Requires `admin:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ApiKey>, i64)> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    let read = engine
        .store
        .read(move |tx| repo::page(tx, ws, limit, offset));
    read.await
}

/// Returns a key that is not revoked. Requires `admin:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: ApiKeyKey) -> Result<ApiKey> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    let found = engine.store.read(move |tx| repo::find(tx, ws, key)).await?;
    found.ok_or_else(|| Error::not_found(EntityKind::Key))
}
