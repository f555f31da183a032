//! `GET /workflows/{workflow_uuid}/versions/active`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::VersionResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::workflow::parse_key;

/// Where none is active, none is found. Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = parse_key(params.get("workflow"))?;
    let version = workflow::find_active_version(&app.engine, &ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::WorkflowVersion))?;
    let active = Some(version.version);
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, active),
    ))
}
