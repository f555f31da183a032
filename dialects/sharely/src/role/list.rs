//! `GET /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/list`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::role;
use parlor_kit::{App, Fail};
use serde::Serialize;
use utoipa::ToSchema;

use super::Role;
use crate::auth::Caller;
use crate::{RoleList, Settings, Sharely, reply};

/// Every role of the workspace. After `api-reference/roles/list`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Roles {
    /// Oldest first.
    roles: Vec<Role>,
    /// How many there are.
    total: usize,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let roles = role::list(&app.engine, &caller.ctx).await?;
    let roles: Vec<Role> = roles.into_iter().map(Role::from).collect();
    let total = roles.len();
    if app.section::<Settings>().role_list == RoleList::Array {
        return Ok(reply::ok(&roles));
    }
    Ok(reply::ok(&Roles { roles, total }))
}
