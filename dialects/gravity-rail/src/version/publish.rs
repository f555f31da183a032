//! `POST /workflows/{workflow_uuid}/versions`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::VersionResponse;
use crate::auth::Caller;
use crate::workflow::key;
use crate::{Fail, body};

/// What to say about a version.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NoteRequest {
    /// At most 2,000 characters.
    #[schema(max_length = 2_000)]
    pub(super) note: Option<String>,
}

/// Freezes the draft; the version is not active before it is activated. Asks for `workflows:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let NoteRequest { note } = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let version = workflow::publish(&app.engine, &ctx, key, note).await?;
    Ok(reply::json(
        StatusCode::OK,
        &VersionResponse::of(version, None),
    ))
}
