//! Finding one role.

use parlor_model::custom_role::{CustomRole, CustomRoleKey};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::custom_role as repo;

use crate::Engine;

/// A role. Asks for `admin:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: CustomRoleKey) -> Result<CustomRole> {
    ctx.require(Scope::read(Resource::Admin))?;
    find_for_session(engine, ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::Role))
}

/// The role that a session is to carry, or carries. That a role of this name is there is told to everybody in the
/// workspace.
pub async fn find_for_session(
    engine: &Engine,
    ctx: &Ctx,
    key: CustomRoleKey,
) -> Result<Option<CustomRole>> {
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::find(tx, ws, &key)).await
}
