//! `POST /agents/{id}/archive`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};
use parlor_model::error::Noun;
use parlor_model::scope::{Resource, Scope};

use super::AgentResponse;
use crate::Fail;
use crate::auth::Caller;
use crate::ids::Reference;

/// Puts it away; doing it again changes nothing. Asks for `agents:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Agents))?;
    let reference = Reference::of_path(params.get("agent"), Noun::Assistant)?;
    let archived = member::archive_assistant(&app.engine, &ctx, reference.member()).await?;
    Ok(reply::json(StatusCode::OK, &AgentResponse::of(archived)))
}
