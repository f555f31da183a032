//! `GET /api/v2/w`, after developer/guides/getting-started-integration: the caller's workspaces.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workspace;
use parlor_kit::{App, reply, time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Fail, ids};

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

/// The caller's workspaces.
#[derive(Serialize, ToSchema)]
pub(crate) struct Workspaces(Vec<WorkspaceResponse>);

/// Those that the credential opens.
pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(opened): Visitor,
) -> Result<Response, Fail> {
    let mut workspaces = Vec::with_capacity(opened.len());
    for ctx in opened {
        let found = workspace::find(&app.engine, ctx.workspace.id).await?;
        workspaces.push(WorkspaceResponse {
            id: found.key.number,
            uuid: ids::uuid(found.key.id),
            name: found.name.clone(),
            organization_uuid: ids::uuid(found.key.organization),
            member_id: ctx.actor.map(|actor| actor.number),
            member_uuid: ctx.actor.map(|actor| ids::uuid(actor.id)),
            created_at: time::iso(found.created_at),
        });
    }
    Ok(reply::json(StatusCode::OK, &Workspaces(workspaces)))
}
