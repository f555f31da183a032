//! `GET /v1/workspaces/{workspace}`: the workspace with what only its owner sees.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::{App, Fail};
use parlor_model::scope::{Resource, Scope};

use super::Own;
use crate::auth::Caller;
use crate::{Sharely, reply};

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    caller.ctx.require(Scope::read(Resource::Admin))?;
    let found = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    Ok(reply::ok(&Own::from(found.as_ref())))
}
