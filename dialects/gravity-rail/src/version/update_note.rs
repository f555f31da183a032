//! `PATCH /workflows/{workflow_uuid}/versions/{version_number}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, patch};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::publish::VersionNoteRequest;
use super::{VENDOR_PAGE, VersionResponse, parse_version_path};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Workflows);

/// Declares the route.
pub(crate) fn route() -> Route {
    patch(
        workspace_path!("/workflows/{workflow}/versions/{version}"),
        handle,
    )
    .doc("Updates what is said about a version", VENDOR_PAGE)
    .scope(SCOPE)
    .body::<VersionNoteRequest>()
    .optional()
    .responds::<VersionResponse>(200, "The version as it is now.")
    .errors::<ErrorResponse>(&[
        BAD_BODY,
        NO_SCOPE,
        (404, "No such workflow or version."),
        TOO_LARGE,
    ])
}

/// Replaces the note; an absent one clears it.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let VersionNoteRequest { note } = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::set_note(&app.engine, &ctx, key, number, note).await?;
    Ok(ok_json(&VersionResponse::from_version(version, active)))
}
