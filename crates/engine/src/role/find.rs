//! Finding one role.

use parlor_model::error::Noun;
use parlor_model::role::{Role, RoleKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::role as repo;

use crate::Engine;

/// A role. Asks for `admin:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: RoleKey) -> Result<Role> {
    ctx.require(Scope::read(Resource::Admin))?;
    named(engine, ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(Noun::Role))
}

/// The role that a session is to carry, or carries. That a role of this name is there is told to everybody in the
/// workspace.
pub async fn named(engine: &Engine, ctx: &Ctx, key: RoleKey) -> Result<Option<Role>> {
    let ws = ctx.ws();
    engine.store.read(move |tx| repo::find(tx, ws, &key)).await
}
