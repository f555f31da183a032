//! Workspaces.

pub(crate) mod get;
pub(crate) mod list;

use parlor_engine::workspace;
use parlor_kit::{AppState, time};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids;

/// A workspace, and who the caller is in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspaceResponse {
    id: i64,
    uuid: String,
    name: String,
    organization_uuid: String,
    /// The caller's own member; null for an API key that is bound to none.
    member_id: Option<i64>,
    member_uuid: Option<String>,
    created_at: String,
}

/// Renders the workspace of a context.
async fn render_workspace(app: &AppState, ctx: &Ctx) -> Result<WorkspaceResponse> {
    let found = workspace::find(&app.engine, ctx.workspace.id).await?;
    Ok(WorkspaceResponse {
        id: found.key.number,
        uuid: ids::format_uuid(found.key.id),
        name: found.name.clone(),
        organization_uuid: ids::format_uuid(found.key.organization),
        member_id: ctx.actor.map(|actor| actor.number),
        member_uuid: ctx.actor.map(|actor| ids::format_uuid(actor.id)),
        created_at: time::format_iso(found.created_at),
    })
}
