//! `GET /agents/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::error::EntityKind;

use super::AgentResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::ids::EntityRef;

/// Archived ones included; a member that is no agent is not found. Asks for `agents:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let reference = EntityRef::from_path(params.get("agent"), EntityKind::Assistant)?;
    let found = member::find_assistant(&app.engine, &ctx, reference.to_member_key()).await?;
    Ok(response::json(
        StatusCode::OK,
        &AgentResponse::from_member(found),
    ))
}
