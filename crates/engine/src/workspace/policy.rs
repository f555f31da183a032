//! What an operator decides per workspace.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workspace::Policy;
use parlor_model::{Ctx, Result};
use parlor_store::repo::workspace as repo;

use crate::Engine;

/// Sets the policy. Asks for `admin:write`.
pub async fn set_policy(engine: &Engine, ctx: &Ctx, policy: Policy) -> Result<()> {
    ctx.require(Scope::write(Resource::Admin))?;
    let id = ctx.workspace.id;
    engine
        .store
        .write(move |tx| repo::set_policy(tx, id, &policy))
        .await?;
    engine.workspaces.forget(id);
    Ok(())
}
