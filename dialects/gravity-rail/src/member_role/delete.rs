//! `DELETE /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{BUILT_IN, NO_ROLE, find_own};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::no_content;

const SCOPE: Scope = Scope::write(Resource::Admin);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/roles/{role}"), handle)
        .doc("Deletes a role of the workspace's own", "")
        .scope(SCOPE)
        .responds_empty(204, "It is gone; sessions carry it no more.")
        .errors::<ErrorResponse>(&[BUILT_IN, NO_SCOPE, NO_ROLE])
}

/// Only the workspace's own roles can be deleted. Sessions with the role lose it.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let role = find_own(&app, &ctx, params.get("role")).await?;
    custom_role::delete(&app.engine, &ctx, role.id).await?;
    Ok(no_content())
}
