//! `GET /agents/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};
use parlor_model::error::Noun;

use super::AgentResponse;
use crate::Fail;
use crate::auth::Caller;
use crate::ids::Reference;

/// Archived ones included; a member that is no agent is not found. Asks for `agents:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let reference = Reference::of_path(params.get("agent"), Noun::Assistant)?;
    let found = member::find_assistant(&app.engine, &ctx, reference.member()).await?;
    Ok(reply::json(StatusCode::OK, &AgentResponse::of(found)))
}
