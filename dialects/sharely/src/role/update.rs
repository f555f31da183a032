//! `PUT /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/update`: changes a role.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::custom_role;
use parlor_kit::request_body::{deserialize_map, double_option};
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Result;
use parlor_model::custom_role::{CustomRoleKey, UpdateCustomRole};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::CUSTOMER_ROLE_ID_EXISTS;
use super::RoleChangeResponse;
use crate::auth::Caller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, ids, response};

/// The body; what it leaves out stays. After `api-reference/roles/update`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UpdateRole)]
struct UpdateRoleRequest {
    /// A new name; `null` keeps the old one.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    name: Option<String>,
    /// A new text about it; `null` takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    description: Option<Option<String>>,
    /// A new id of the customer's; `null` takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<Option<String>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(put("/v1/workspaces/{workspace}/role/{role}", handle))
        .doc("Change a role.", "api-reference/roles/update")
        .scope(Scope::write(Resource::Admin))
        .body::<UpdateRoleRequest>()
        .optional()
        .responds::<RoleChangeResponse>(200, "The role as it is now.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CUSTOMER_ROLE_ID_EXISTS, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let object = body::read_json_body(&headers, payload).await?;
    let id = ids::role_id_from_path(&params)?;
    let command = match parse_command(object.map) {
        Ok(command) => command,
        Err(error) => {
            // An unknown role is reported before an invalid body.
            let key = CustomRoleKey::Id(id);
            custom_role::find(&app.engine, &caller.ctx, key).await?;
            return Err(error.into());
        }
    };
    let role = custom_role::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(response::ok(&RoleChangeResponse::new(&app, role)))
}

fn parse_command(map: Map<String, Value>) -> Result<UpdateCustomRole> {
    let update: UpdateRoleRequest = deserialize_map(map)?;
    Ok(UpdateCustomRole {
        name: update.name,
        description: update.description,
        customer_id: match update.customer_role_id {
            None => None,
            Some(None) => Some(None),
            Some(Some(name)) => Some(Some(super::validated_customer_id(&name)?)),
        },
    })
}
