//! `POST /workflows/{workflow_uuid}/versions`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::VersionResponse;
use crate::auth::Caller;
use crate::workflow::parse_key;
use crate::{HandlerError, body};

/// What to say about a version.
#[derive(Deserialize, ToSchema)]
#[schema(as = NoteRequest)]
pub(crate) struct VersionNoteRequest {
    /// At most 2,000 characters.
    #[schema(max_length = 2_000)]
    pub(super) note: Option<String>,
}

/// Freezes the draft; the version is not active before it is activated. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let VersionNoteRequest { note } = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let key = parse_key(params.get("workflow"))?;
    let version = workflow::publish(&app.engine, &ctx, key, note).await?;
    Ok(response::json(
        StatusCode::OK,
        &VersionResponse::from_version(version, None),
    ))
}
