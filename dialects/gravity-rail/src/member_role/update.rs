//! `PUT /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::custom_role::UpdateCustomRole;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{BUILT_IN, ID_TAKEN, MemberRoleResponse, NO_ROLE, find_own, render_own};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Admin);

/// What to change of a role; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateMemberRoleRequest {
    /// What it is called.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// A text about it; `null` for none.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    description: Option<Option<String>>,
    /// The customer's own id for it, unique in the workspace; `null` for none.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    external_id: Option<Option<String>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/roles/{role}"), handle)
        .doc("Updates a role of the workspace's own", "")
        .scope(SCOPE)
        .body::<UpdateMemberRoleRequest>()
        .optional()
        .responds::<MemberRoleResponse>(200, "The role as it is now.")
        .errors::<ErrorResponse>(&[BUILT_IN, NO_SCOPE, NO_ROLE, ID_TAKEN, TOO_LARGE])
}

/// Only the workspace's own roles can be changed.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateMemberRoleRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let role = find_own(&app, &ctx, params.get("role")).await?;
    let command = UpdateCustomRole {
        name: request.name,
        description: request.description,
        customer_id: request.external_id,
    };
    let changed = custom_role::update(&app.engine, &ctx, role.id, command).await?;
    Ok(ok_json(&render_own(changed)))
}
