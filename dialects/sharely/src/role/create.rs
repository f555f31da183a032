//! `POST /v1/workspaces/{workspace}/role`, after the page `api-reference/roles/create`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::role;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Payload};
use parlor_model::role::CreateRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Worked;
use crate::auth::Caller;
use crate::{Sharely, body, reply};

/// The body. After `api-reference/roles/create`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateRole)]
pub(crate) struct Create {
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
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let create: Create = typed(body::read(&headers, payload).await?.map)?;
    let customer = create.customer_role_id.as_deref();
    let command = CreateRole {
        name: create.name,
        description: create.description,
        customer_id: customer.map(super::customer_id).transpose()?,
    };
    let role = role::create(&app.engine, &caller.ctx, command).await?;
    Ok(reply::json(StatusCode::CREATED, &Worked::of(&app, role)))
}
