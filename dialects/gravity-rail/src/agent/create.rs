//! `POST /agents`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Payload, reply};
use parlor_model::member::{CreateMember, Kind, Profile};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AgentResponse;
use crate::auth::Caller;
use crate::{Fail, body};

/// What to make an agent of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateAgentRequest {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: String,
    /// At most 10,000 characters.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// What it is told to do, at most 65,536 characters.
    #[schema(max_length = 65_536)]
    system_prompt: Option<String>,
}

/// Asks for `agents:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: CreateAgentRequest = body::read(payload).await?;
    let command = CreateMember {
        profile: Profile {
            name: Some(text::required(&request.name, "name", 255)?),
            description: text::optional(request.description.as_deref(), "description", 10_000)?,
            instructions: text::optional(request.system_prompt.as_deref(), "systemPrompt", 65_536)?,
            ..Profile::default()
        },
        ..CreateMember::of(Kind::Assistant)
    };
    let made = member::create_assistant(&app.engine, &ctx, command).await?;
    Ok(reply::json(StatusCode::OK, &AgentResponse::of(made)))
}
