//! `PATCH /workflows/{workflow_uuid}/versions/{version_number}`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::scope::{Resource, Scope};

use super::publish::NoteRequest;
use super::{VersionResponse, place};
use crate::auth::Caller;
use crate::{Fail, body};

/// Says something else about a version, or nothing. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let NoteRequest { note } = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let (key, number) = place(&params)?;
    let (version, active) = workflow::set_note(&app.engine, &ctx, key, number, note).await?;
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, active),
    ))
}
