//! `POST .../versions/{version_number}/deactivate`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{VENDOR_PAGE, VersionResponse, parse_version_path};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::write(Resource::Workflows);

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/workflows/{workflow}/versions/{version}/deactivate"),
        handle,
    )
    .doc("Deactivates a version", VENDOR_PAGE)
    .scope(SCOPE)
    .responds::<VersionResponse>(200, "The version as it is now.")
    .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow or version.")])
}

/// Unpins new chats from the version.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let (key, number) = parse_version_path(&params)?;
    let (version, active) = workflow::deactivate(&app.engine, &ctx, key, number).await?;
    Ok(ok_json(&VersionResponse::from_version(version, active)))
}
