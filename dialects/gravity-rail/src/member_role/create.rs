//! `POST /roles`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::role as engine;
use parlor_kit::{App, Payload, reply};
use parlor_model::role::CreateRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own;
use crate::auth::Caller;
use crate::{Fail, body};

/// What to make a role of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateMemberRoleRequest {
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

/// Asks for `admin:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: CreateMemberRoleRequest = body::read(payload).await?;
    let command = CreateRole {
        name: request.name,
        description: request.description,
        customer_id: request.external_id,
    };
    let made = engine::create(&app.engine, &ctx, command).await?;
    Ok(reply::json(StatusCode::OK, &own(made)))
}
