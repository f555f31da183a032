//! `GET /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles`: returns a role.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::custom_role::CustomRoleKey;
use parlor_model::scope::{Resource, Scope};

use super::RoleResponse;
use crate::auth::Caller;
use crate::documented::{NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get("/v1/workspaces/{workspace}/role/{role}", handle))
        .doc("One role.", "api-reference/roles")
        .scope(Scope::read(Resource::Admin))
        .responds::<RoleResponse>(200, "The role.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let key = CustomRoleKey::Id(ids::role_id_from_path(&params)?);
    let role = custom_role::find(&app.engine, &caller.ctx, key).await?;
    Ok(response::ok(&RoleResponse::from(role)))
}
