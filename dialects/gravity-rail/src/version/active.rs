//! `GET /workflows/{workflow_uuid}/versions/active`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, reply};
use parlor_model::Error;
use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};

use super::VersionResponse;
use crate::Fail;
use crate::auth::Caller;
use crate::workflow::key;

/// Where none is active, none is found. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let version = workflow::active(&app.engine, &ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(Noun::WorkflowVersion))?;
    let active = Some(version.version);
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, active),
    ))
}
