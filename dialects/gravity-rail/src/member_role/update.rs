//! `PUT /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::role as engine;
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::role::UpdateRole;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{find_own, own};
use crate::auth::Caller;
use crate::{Fail, body};

/// What to change of a role; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateMemberRoleRequest {
    /// What it is called.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// A text about it; `null` for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    description: Option<Option<String>>,
    /// The customer's own id for it, unique in the workspace; `null` for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    external_id: Option<Option<String>>,
}

/// Changes one of the workspace's own. Asks for `admin:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateMemberRoleRequest = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Admin))?;
    let role = find_own(&app, &ctx, params.get("role")).await?;
    let command = UpdateRole {
        name: request.name,
        description: request.description,
        customer_id: request.external_id,
    };
    let changed = engine::update(&app.engine, &ctx, role.id, command).await?;
    Ok(reply::json(StatusCode::OK, &own(changed)))
}
