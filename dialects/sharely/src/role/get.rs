//! `GET /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::role;
use parlor_kit::{App, Fail, Params};
use parlor_model::role::RoleKey;

use super::Role;
use crate::auth::Caller;
use crate::{Sharely, ids, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let key = RoleKey::Id(ids::role(&params)?);
    let role = role::find(&app.engine, &caller.ctx, key).await?;
    Ok(reply::ok(&Role::from(role)))
}
