//! `GET /workflows/{workflow_uuid}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{WorkflowResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// Archived ones included. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = parse_key(params.get("workflow"))?;
    let found = workflow::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &WorkflowResponse::from_workflow(found),
    ))
}
