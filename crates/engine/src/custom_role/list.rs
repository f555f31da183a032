//! Lists custom roles.

use parlor_model::custom_role::CustomRole;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::custom_role as repo;

use crate::Engine;

/// Lists the workspace's roles, oldest first. Requires `admin:read`.
pub async fn list(engine: &Engine, ctx: &Ctx) -> Result<Vec<CustomRole>> {
    ctx.require(Scope::read(Resource::Admin))?;
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::list(tx, ws)).await
}
