//! Changing a role.

use parlor_model::error::Noun;
use parlor_model::id::RoleId;
use parlor_model::role::{Role, RoleKey, UpdateRole};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::role as repo;

use super::{customer_id, describe, taken};
use crate::Engine;

/// Changes a role and gives it as it is now; what the command leaves out stays. A taken id of the customer's is
/// refused. Asks for `admin:write`.
pub async fn update(engine: &Engine, ctx: &Ctx, id: RoleId, command: UpdateRole) -> Result<Role> {
    ctx.require(Scope::write(Resource::Admin))?;
    let name = command
        .name
        .map(|name| text::required(&name, "name", limit::NAME.max_chars))
        .transpose()?;
    let description = command
        .description
        .map(|text| describe(text.as_deref()))
        .transpose()?;
    let customer = command
        .customer_id
        .map(|text| customer_id(text.as_deref()))
        .transpose()?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut role = repo::find(tx, ws, &RoleKey::Id(id))?
                .ok_or_else(|| Error::not_found(Noun::Role))?;
            if let Some(name) = &name {
                role.name.clone_from(name);
            }
            if let Some(description) = &description {
                role.description.clone_from(description);
            }
            if let Some(customer) = &customer {
                if let Some(wanted) = customer
                    && repo::find(tx, ws, &RoleKey::Customer(wanted.clone()))?
                        .is_some_and(|other| other.number != role.number)
                {
                    return Err(taken());
                }
                role.customer_id.clone_from(customer);
            }
            repo::update(tx, ws, &mut role)?;
            Ok(role)
        })
        .await
}
