//! `GET /workflows/{workflow_uuid}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::WorkflowResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Workflows);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/workflows/{workflow}"), handle)
        .doc("Gets a workflow", "")
        .scope(SCOPE)
        .responds::<WorkflowResponse>(200, "The workflow.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow.")])
}

/// Includes archived workflows.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let found = workflow::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&WorkflowResponse::from_workflow(found)))
}
