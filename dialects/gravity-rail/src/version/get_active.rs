//! `GET /workflows/{workflow_uuid}/versions/active`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::{VENDOR_PAGE, VersionResponse};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Workflows);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/workflows/{workflow}/versions/active"),
        handle,
    )
    .doc("Gets the active version", VENDOR_PAGE)
    .scope(SCOPE)
    .responds::<VersionResponse>(200, "The version.")
    .errors::<ErrorResponse>(&[
        NO_SCOPE,
        (404, "No such workflow, or none of its versions is active."),
    ])
}

/// Not found if no version is active.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let version = workflow::find_active_version(&app.engine, &ctx, key)
        .await?
        .ok_or_else(|| Error::not_found(EntityKind::WorkflowVersion))?;
    let active = Some(version.version);
    Ok(ok_json(&VersionResponse::from_version(version, active)))
}
