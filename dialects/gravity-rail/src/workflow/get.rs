//! `GET /workflows/{workflow_uuid}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{WorkflowResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// Archived ones included. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let found = workflow::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &WorkflowResponse::of(found)))
}
