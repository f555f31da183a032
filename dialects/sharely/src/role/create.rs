//! `POST /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/create`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::custom_role;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::custom_role::CreateCustomRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::RoleChangeResponse;
use crate::auth::Caller;
use crate::{Sharely, body, response};

/// The body. After `api-reference/roles/create`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateRole)]
pub(crate) struct CreateRoleRequest {
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

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let create: CreateRoleRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let customer = create.customer_role_id.as_deref();
    let command = CreateCustomRole {
        name: create.name,
        description: create.description,
        customer_id: customer.map(super::validated_customer_id).transpose()?,
    };
    let role = custom_role::create(&app.engine, &caller.ctx, command).await?;
    Ok(response::json(
        StatusCode::CREATED,
        &RoleChangeResponse::new(&app, role),
    ))
}
