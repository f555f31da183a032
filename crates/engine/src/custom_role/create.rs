//! Creates a custom role.

use parlor_model::custom_role::{CreateCustomRole, CustomRole};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::repo::custom_role as repo;

use super::{already_exists_error, normalize_customer_id, normalize_description};
use crate::Engine;

/// Creates a role. Requires `admin:write`.
///
/// # Errors
/// `AlreadyExists` for a used external id.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateCustomRole) -> Result<CustomRole> {
    ctx.require(Scope::write(Resource::Admin))?;
    let new = CreateCustomRole {
        name: text::normalize_required(&command.name, "name", limit::NAME.max_chars)?,
        description: normalize_description(command.description.as_deref())?,
        customer_id: normalize_customer_id(command.customer_id.as_deref())?,
    };
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::insert(tx, ws, &new)?.ok_or_else(already_exists_error))
        .await
}
