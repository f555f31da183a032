//! `DELETE /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/delete`. Tokens that carry the
//! role are no good any more.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::{AppState, DialectError, PathParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::{Sharely, ids, response};

/// A role is gone. After `api-reference/roles/delete`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Deleted)]
pub(crate) struct DeleteRoleResponse {
    /// A fresh id for work that is done already.
    workflow_id: String,
    message: &'static str,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    custom_role::delete(&app.engine, &caller.ctx, ids::role_id_from_path(&params)?).await?;
    Ok(response::ok(&DeleteRoleResponse {
        workflow_id: super::new_workflow_id(&app),
        message: "Role deleted",
    }))
}
