//! The tools that tell of the workspace.

use parlor_engine::{role, workspace};
use parlor_kit::App;
use parlor_kit::ids::dashed;
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};
use serde_json::{Value, json};

use crate::auth::Agent;
use crate::role::Role;

/// What there is: a workspace without a store of knowledge.
pub(super) async fn stats(app: &App, agent: &Agent) -> Result<Value> {
    let found = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    Ok(json!({
        "workspaceId": dashed(found.key.id),
        "name": found.name,
        "knowledgeCount": 0,
        "taxonomyCount": 0,
    }))
}

/// Its roles, where the caller may read them.
pub(super) async fn roles(app: &App, agent: &Agent) -> Result<Option<Vec<Role>>> {
    let ctx = agent.0.ctx;
    if agent.0.own_space().is_some() || !ctx.allows(Scope::read(Resource::Admin)) {
        return Ok(None);
    }
    let roles = role::list(&app.engine, &ctx).await?;
    Ok(Some(roles.into_iter().map(Role::from).collect()))
}
