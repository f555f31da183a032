//! `GET /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{MemberRoleResponse, NO_ROLE, RoleRef, find, render_built_in, render_own};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Admin);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/roles/{role}"), handle)
        .doc("Gets a role", "")
        .scope(SCOPE)
        .responds::<MemberRoleResponse>(200, "The role.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_ROLE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let body = match find(&app, &ctx, params.get("role")).await? {
        RoleRef::BuiltIn(role) => render_built_in(role),
        RoleRef::Own(role) => render_own(role),
    };
    Ok(ok_json(&body))
}
