//! `DELETE /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/delete`: deletes a role
//! and invalidates the tokens that carry it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// A role is gone. After `api-reference/roles/delete`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Deleted)]
struct DeleteRoleResponse {
    /// A fresh id for work that is done already.
    workflow_id: String,
    message: &'static str,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(delete("/v1/workspaces/{workspace}/role/{role}", handle))
        .doc(
            "Delete a role; tokens that carry it are no good any more.",
            "api-reference/roles/delete",
        )
        .scope(Scope::write(Resource::Admin))
        .responds::<DeleteRoleResponse>(200, "It is gone.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    custom_role::delete(&app.engine, &caller.ctx, ids::role_id_from_path(&params)?).await?;
    Ok(response::ok(&DeleteRoleResponse {
        workflow_id: super::new_workflow_id(&app),
        message: "Role deleted",
    }))
}
