//! `GET /workflows/{workflow_uuid}/versions/{version_number}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{VENDOR_PAGE, VersionResponse, parse_version_path};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Workflows);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/workflows/{workflow}/versions/{version}"),
        handle,
    )
    .doc("Gets a version", VENDOR_PAGE)
    .scope(SCOPE)
    .responds::<VersionResponse>(200, "The version.")
    .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow or version.")])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::find_version(&app.engine, &ctx, key, number).await?;
    Ok(ok_json(&VersionResponse::from_version(version, active)))
}
