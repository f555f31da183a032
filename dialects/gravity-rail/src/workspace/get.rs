//! `GET /api/v2/w/{workspace}` and `GET /api/v2/workspaces/{workspace}`. The vendor documents neither; its clients use
//! both.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};

use super::{WorkspaceResponse, render_workspace};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::workspace_path;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!(""), handle)
        .doc("Gets one of the caller's workspaces", "")
        .responds::<WorkspaceResponse>(200, "The workspace.")
}

/// Declares the same endpoint under its other path.
pub(crate) fn alias_route() -> Route {
    get("/api/v2/workspaces/{workspace}", handle)
        .doc("Gets one of the caller's workspaces by its other path", "")
        .responds::<WorkspaceResponse>(200, "The workspace.")
}

/// A workspace that the credential does not open is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    Ok(ok_json(&render_workspace(&app, &ctx).await?))
}
