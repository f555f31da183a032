//! `GET /v1/workspaces/{workspace}`: the workspace with what only its owner sees.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::{AppState, DialectError};
use parlor_model::scope::{Resource, Scope};

use super::OwnWorkspace;
use crate::auth::Caller;
use crate::{Sharely, response};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    caller.ctx.require(Scope::read(Resource::Admin))?;
    let found = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    Ok(response::ok(&OwnWorkspace::from(found.as_ref())))
}
