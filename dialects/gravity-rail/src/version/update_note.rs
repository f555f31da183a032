//! `PATCH /workflows/{workflow_uuid}/versions/{version_number}`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::scope::{Resource, Scope};

use super::publish::VersionNoteRequest;
use super::{VersionResponse, parse_version_path};
use crate::auth::Caller;
use crate::{HandlerError, body};

/// Says something else about a version, or nothing. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let VersionNoteRequest { note } = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::set_note(&app.engine, &ctx, key, number, note).await?;
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, active),
    ))
}
