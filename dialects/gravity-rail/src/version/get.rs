//! `GET /workflows/{workflow_uuid}/versions/{version_number}`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{VersionResponse, place};
use crate::Fail;
use crate::auth::Caller;

/// Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let (key, number) = place(&params)?;
    let (version, active) = workflow::version(&app.engine, &ctx, key, number).await?;
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, active),
    ))
}
