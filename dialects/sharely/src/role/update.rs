//! `PUT /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/update`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::custom_role;
use parlor_kit::request_body::{deserialize_map, double_option};
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::custom_role::UpdateCustomRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::RoleChangeResponse;
use crate::auth::Caller;
use crate::{Sharely, body, ids, response};

/// The body; what it leaves out stays. After `api-reference/roles/update`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UpdateRole)]
pub(crate) struct UpdateRoleRequest {
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

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let object = body::read_json_body(&headers, payload).await?;
    let id = ids::role_id_from_path(&params)?;
    let command = match parse_command(object.map) {
        Ok(command) => command,
        Err(error) => {
            // A role that is not there is the graver fault.
            let key = parlor_model::custom_role::CustomRoleKey::Id(id);
            custom_role::find(&app.engine, &caller.ctx, key).await?;
            return Err(error.into());
        }
    };
    let role = custom_role::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(response::ok(&RoleChangeResponse::new(&app, role)))
}

fn parse_command(
    map: serde_json::Map<String, serde_json::Value>,
) -> parlor_model::Result<UpdateCustomRole> {
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
