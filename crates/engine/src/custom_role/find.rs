//! Finds a custom role.

use parlor_model::custom_role::{CustomRole, CustomRoleKey};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::custom_role as repo;

use crate::Engine;

/// Returns a role. Requires `admin:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: CustomRoleKey) -> Result<CustomRole> {
    ctx.require(Scope::read(Resource::Admin))?;
    find_for_session(engine, ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::Role))
}

/// Returns the role that a session carries or is to carry. Requires no scope: any caller of the workspace may learn
/// that it exists.
pub async fn find_for_session(
    engine: &Engine,
    ctx: &Ctx,
    key: CustomRoleKey,
) -> Result<Option<CustomRole>> {
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::find(tx, ws, &key)).await
}
