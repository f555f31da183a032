//! `POST /agents/{id}/archive`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::AgentResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::ids::EntityRef;

/// Puts it away; doing it again changes nothing. Asks for `agents:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Agents))?;
    let reference = EntityRef::from_path(params.get("agent"), EntityKind::Assistant)?;
    let archived = member::archive_assistant(&app.engine, &ctx, reference.to_member_key()).await?;
    Ok(response::json(
        StatusCode::OK,
        &AgentResponse::from_member(archived),
    ))
}
