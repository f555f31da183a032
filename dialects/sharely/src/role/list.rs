//! `GET /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/list`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::{AppState, DialectError};
use serde::Serialize;
use utoipa::ToSchema;

use super::RoleResponse;
use crate::auth::Caller;
use crate::{RoleList, Settings, Sharely, response};

/// Every role of the workspace. After `api-reference/roles/list`.
#[derive(Serialize, ToSchema)]
#[schema(as = Roles)]
pub(crate) struct ListRolesResponse {
    /// Oldest first.
    roles: Vec<RoleResponse>,
    /// How many there are.
    total: usize,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let roles = custom_role::list(&app.engine, &caller.ctx).await?;
    let roles: Vec<RoleResponse> = roles.into_iter().map(RoleResponse::from).collect();
    let total = roles.len();
    if app.dialect_settings::<Settings>().role_list == RoleList::Array {
        return Ok(response::ok(&roles));
    }
    Ok(response::ok(&ListRolesResponse { roles, total }))
}
