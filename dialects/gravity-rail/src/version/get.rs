//! `GET /workflows/{workflow_uuid}/versions/{version_number}`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{VersionResponse, parse_version_path};
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::find_version(&app.engine, &ctx, key, number).await?;
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, active),
    ))
}
