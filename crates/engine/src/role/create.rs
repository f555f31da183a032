//! Making a role.

use parlor_model::role::{CreateRole, Role};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::repo::role as repo;

use super::{customer_id, describe, taken};
use crate::Engine;

/// Makes a role. A taken id of the customer's is refused. Asks for `admin:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateRole) -> Result<Role> {
    ctx.require(Scope::write(Resource::Admin))?;
    let new = CreateRole {
        name: text::required(&command.name, "name", limit::NAME.max_chars)?,
        description: describe(command.description.as_deref())?,
        customer_id: customer_id(command.customer_id.as_deref())?,
    };
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::insert(tx, ws, &new)?.ok_or_else(taken))
        .await
}
