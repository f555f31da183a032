//! Whether sessions must carry a role.

use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::workspace as repo;

use crate::Engine;

/// Sets whether a session must carry one of the workspace's own roles to talk with assistants. The rest of the policy
/// stays as it is. Asks for `admin:write`.
pub async fn require_roles(engine: &Engine, ctx: &Ctx, required: bool) -> Result<()> {
    ctx.require(Scope::write(Resource::Admin))?;
    let id = ctx.workspace.id;
    engine
        .store
        .write(move |tx| {
            let found = repo::find(tx, id)?.ok_or_else(|| Error::not_found(Noun::Workspace))?;
            let mut policy = found.policy;
            policy.require_roles = required;
            repo::set_policy(tx, id, &policy)
        })
        .await?;
    engine.workspaces.forget(id);
    Ok(())
}
