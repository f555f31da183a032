//! `POST /workflows/{workflow_uuid}/versions`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{VENDOR_PAGE, VersionResponse};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Workflows);

/// What to say about a version.
#[derive(Deserialize, ToSchema)]
#[schema(as = NoteRequest)]
pub(crate) struct VersionNoteRequest {
    /// At most 2,000 characters.
    #[schema(max_length = 2_000)]
    pub(super) note: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/workflows/{workflow}/versions"), handle)
        .doc("Publishes the draft as a version", VENDOR_PAGE)
        .scope(SCOPE)
        .body::<VersionNoteRequest>()
        .optional()
        .responds::<VersionResponse>(200, "The version.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, (404, "No such workflow."), TOO_LARGE])
}

/// Copies the draft to a new version, which is not active until it is activated.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let VersionNoteRequest { note } = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let version = workflow::publish(&app.engine, &ctx, key, note).await?;
    Ok(ok_json(&VersionResponse::from_version(version, None)))
}
