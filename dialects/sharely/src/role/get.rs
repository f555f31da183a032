//! `GET /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::{AppState, DialectError, PathParams};
use parlor_model::custom_role::CustomRoleKey;

use super::RoleResponse;
use crate::auth::Caller;
use crate::{Sharely, ids, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let key = CustomRoleKey::Id(ids::role_id_from_path(&params)?);
    let role = custom_role::find(&app.engine, &caller.ctx, key).await?;
    Ok(response::ok(&RoleResponse::from(role)))
}
