//! `POST /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/create`: creates a role.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::custom_role;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::CUSTOMER_ROLE_ID_EXISTS;
use super::RoleChangeResponse;
use crate::auth::Caller;
use crate::documented::{PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body. After `api-reference/roles/create`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateRole)]
struct CreateRoleRequest {
    /// What to call the role.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    name: String,
    /// A text about it.
    #[schema(max_length = 1_000)]
    description: Option<String>,
    /// The customer's own id for it, unique in the workspace.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(post("/v1/workspaces/{workspace}/role", handle))
        .doc("Make a role.", "api-reference/roles/create")
        .scope(Scope::write(Resource::Admin))
        .body::<CreateRoleRequest>()
        .responds::<RoleChangeResponse>(201, "The new role.")
        .errors::<ErrorResponse<'_>>(&[CUSTOMER_ROLE_ID_EXISTS, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let create: CreateRoleRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let customer_id = create.customer_role_id.as_deref();
    let command = CreateCustomRole {
        name: create.name,
        description: create.description,
        customer_id: customer_id.map(super::validated_customer_id).transpose()?,
    };
    let role = custom_role::create(&app.engine, &caller.ctx, command).await?;
    Ok(response::json(
        StatusCode::CREATED,
        &RoleChangeResponse::new(&app, role),
    ))
}
