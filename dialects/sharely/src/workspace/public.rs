//! `GET /workspaces/{workspace}`, after the widget's call: returns the fields of a workspace that are public. The
//! widget calls it first, without a credential; the workspace's id is sufficient.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workspace;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;

use super::PublicWorkspace;
use crate::documented::{BAD_REQUEST, NOT_FOUND, WIDGET_SOURCE};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids, response};

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/workspaces/{workspace}", handle)
        .doc("What a workspace shows to anybody.", WIDGET_SOURCE)
        .responds::<PublicWorkspace>(200, "The workspace.")
        .errors::<ErrorResponse<'_>>(&[BAD_REQUEST, NOT_FOUND])
}

async fn handle(State(app): State<AppState>, params: PathParams) -> Result<Response, HandlerError> {
    let id = ids::workspace_id_from_path(&params)
        .ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
    let workspace = workspace::find(&app.engine, id).await?;
    Ok(response::ok(&PublicWorkspace::from(workspace.as_ref())))
}
