//! Updates a custom role.

use parlor_model::custom_role::{CustomRole, CustomRoleKey, UpdateCustomRole};
use parlor_model::error::EntityKind;
use parlor_model::id::CustomRoleId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::custom_role as repo;

use super::{already_exists_error, normalize_customer_id, normalize_description};
use crate::Engine;

/// Changes a role and returns it; omitted fields stay. Requires `admin:write`.
///
/// # Errors
/// `AlreadyExists` for a used external id.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    id: CustomRoleId,
    command: UpdateCustomRole,
) -> Result<CustomRole> {
    ctx.require(Scope::write(Resource::Admin))?;
    let name = command
        .name
        .map(|name| text::normalize_required(&name, "name", limit::NAME.max_chars))
        .transpose()?;
    let description = command
        .description
        .map(|text| normalize_description(text.as_deref()))
        .transpose()?;
    let customer = command
        .customer_id
        .map(|text| normalize_customer_id(text.as_deref()))
        .transpose()?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut role = repo::find(tx, ws, &CustomRoleKey::Id(id))?
                .ok_or_else(|| Error::not_found(EntityKind::Role))?;
            if let Some(name) = &name {
                role.name.clone_from(name);
            }
            if let Some(description) = &description {
                role.description.clone_from(description);
            }
            if let Some(customer) = &customer {
                if let Some(wanted) = customer
                    && repo::find(tx, ws, &CustomRoleKey::Customer(wanted.clone()))?
                        .is_some_and(|other| other.number != role.number)
                {
                    return Err(already_exists_error());
                }
                role.customer_id.clone_from(customer);
            }
            repo::update(tx, ws, &mut role)?;
            Ok(role)
        })
        .await
}
