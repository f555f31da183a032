//! Tools that describe the workspace.

use parlor_engine::{custom_role, workspace};
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};
use serde_json::{Value, json};

use crate::auth::AgentCaller;
use crate::role::RoleResponse;

/// Renders the output of `get_workspace_stats`. The counts are zero, since the server has no knowledge base.
pub(super) async fn workspace_stats(app: &AppState, agent: &AgentCaller) -> Result<Value> {
    let workspace = workspace::find(&app.engine, agent.0.ctx.workspace.id).await?;
    Ok(json!({
        "workspaceId": format_uuid(workspace.key.id),
        "name": workspace.name,
        "knowledgeCount": 0,
        "taxonomyCount": 0,
    }))
}

/// Lists the roles of the workspace; `None` if the caller may not read them.
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
