//! `GET /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/list`: lists all roles.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::RoleResponse;
use crate::auth::Caller;
use crate::documented::organization_required;
use crate::{HandlerError, RoleList, Settings, response};

/// Every role of the workspace. After `api-reference/roles/list`.
#[derive(Serialize, ToSchema)]
#[schema(as = Roles)]
struct ListRolesResponse {
    /// Oldest first.
    roles: Vec<RoleResponse>,
    /// How many there are.
    total: usize,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get("/v1/workspaces/{workspace}/role", handle))
        .doc("Every role of the workspace.", "api-reference/roles/list")
        .scope(Scope::read(Resource::Admin))
        .responds::<ListRolesResponse>(200, "The roles.")
}

async fn handle(State(app): State<AppState>, caller: Caller) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let roles = custom_role::list(&app.engine, &caller.ctx).await?;
    let roles: Vec<RoleResponse> = roles.into_iter().map(RoleResponse::from).collect();
    let total = roles.len();
    if app.dialect_settings::<Settings>().role_list == RoleList::Array {
        return Ok(response::ok(&roles));
    }
    Ok(response::ok(&ListRolesResponse { roles, total }))
}
