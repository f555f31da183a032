//! The tools that tell of the workspace.

use parlor_engine::{custom_role, workspace};
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};
use serde_json::{Value, json};

use crate::auth::AgentCaller;
use crate::role::RoleResponse;

/// What there is: a workspace without a store of knowledge.
pub(super) async fn workspace_stats(app: &AppState, agent: &AgentCaller) -> Result<Value> {
    let found = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    Ok(json!({
        "workspaceId": format_uuid(found.key.id),
        "name": found.name,
        "knowledgeCount": 0,
        "taxonomyCount": 0,
    }))
}

/// Its roles, where the caller may read them.
pub(super) async fn list_roles(
    app: &AppState,
    agent: &AgentCaller,
) -> Result<Option<Vec<RoleResponse>>> {
    let ctx = agent.0.ctx;
    if agent.0.own_space().is_some() || !ctx.allows(Scope::read(Resource::Admin)) {
        return Ok(None);
    }
    let roles = custom_role::list(&app.engine, &ctx).await?;
    Ok(Some(roles.into_iter().map(RoleResponse::from).collect()))
}
