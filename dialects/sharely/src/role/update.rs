//! `PUT /v1/workspaces/{workspace}/role/{role}`, after the page `api-reference/roles/update`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::role;
use parlor_kit::body::{present, typed};
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::role::UpdateRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Worked;
use crate::auth::Caller;
use crate::{Sharely, body, ids, reply};

/// The body; what it leaves out stays. After `api-reference/roles/update`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UpdateRole)]
pub(crate) struct Update {
    /// A new name; `null` keeps the old one.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    name: Option<String>,
    /// A new text about it; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    description: Option<Option<String>>,
    /// A new id of the customer's; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<Option<String>>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let object = body::read(&headers, payload).await?;
    let id = ids::role(&params)?;
    let command = match read(object.map) {
        Ok(command) => command,
        Err(error) => {
            // A role that is not there is the graver fault.
            let key = parlor_model::role::RoleKey::Id(id);
            role::find(&app.engine, &caller.ctx, key).await?;
            return Err(error.into());
        }
    };
    let role = role::update(&app.engine, &caller.ctx, id, command).await?;
    Ok(reply::ok(&Worked::of(&app, role)))
}

fn read(map: serde_json::Map<String, serde_json::Value>) -> parlor_model::Result<UpdateRole> {
    let update: Update = typed(map)?;
    Ok(UpdateRole {
        name: update.name,
        description: update.description,
        customer_id: match update.customer_role_id {
            None => None,
            Some(None) => Some(None),
            Some(Some(name)) => Some(Some(super::customer_id(&name)?)),
        },
    })
}
