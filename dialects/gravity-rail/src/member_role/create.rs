//! `POST /roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ID_TAKEN, MemberRoleResponse, render_own};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a role of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateMemberRoleRequest {
    /// What it is called.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: String,
    /// A text about it.
    #[schema(max_length = 1_000)]
    description: Option<String>,
    /// The customer's own id for it, unique in the workspace.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    external_id: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/roles"), handle)
        .doc("Creates a role of the workspace's own", "")
        .scope(Scope::write(Resource::Admin))
        .body::<CreateMemberRoleRequest>()
        .example(r#"{"name":"Night shift"}"#)
        .responds::<MemberRoleResponse>(200, "The role.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, ID_TAKEN, TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateMemberRoleRequest = body::parse(payload).await?;
    let command = CreateCustomRole {
        name: request.name,
        description: request.description,
        customer_id: request.external_id,
    };
    let created = custom_role::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&render_own(created)))
}
