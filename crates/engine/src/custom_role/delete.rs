//! Deletes a custom role.

use parlor_model::error::EntityKind;
use parlor_model::id::CustomRoleId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{audit, custom_role as repo};
use serde_json::json;

use crate::Engine;

/// Deletes a role. Sessions that carry it have no role from then on. Requires `admin:write`.
pub async fn delete(engine: &Engine, ctx: &Ctx, id: CustomRoleId) -> Result<()> {
    ctx.require(Scope::write(Resource::Admin))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            if !repo::delete(tx, ctx.ws(), id)? {
                return Err(Error::not_found(EntityKind::Role));
            }
            audit::insert(
                tx,
                &ctx,
                "role.delete",
                EntityKind::Role,
                id.uuid(),
                &json!({}),
            )
        })
        .await
}
