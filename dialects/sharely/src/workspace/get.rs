//! `GET /v1/workspaces/{workspace}`: returns the workspace with the fields that only its owner sees.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};

use super::OwnWorkspace;
use crate::auth::Caller;
use crate::documented::organization_required;
use crate::{HandlerError, response};

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get("/v1/workspaces/{workspace}", handle))
        .doc("A workspace with what only its owner sees.", "")
        .scope(Scope::read(Resource::Admin))
        .responds::<OwnWorkspace>(200, "The workspace.")
}

async fn handle(State(app): State<AppState>, caller: Caller) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    caller.ctx.require(Scope::read(Resource::Admin))?;
    let workspace = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    Ok(response::ok(&OwnWorkspace::from(workspace.as_ref())))
}
