//! `POST /roles`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::custom_role as engine;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::custom_role::CreateCustomRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own;
use crate::auth::Caller;
use crate::{HandlerError, body};

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
    let made = engine::create(&app.engine, &ctx, command).await?;
    Ok(response::json(StatusCode::OK, &own(made)))
}
