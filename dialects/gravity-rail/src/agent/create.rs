//! `POST /agents`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AgentResponse;
use crate::auth::Caller;
use crate::{HandlerError, body};

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
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateAgentRequest = body::parse(payload).await?;
    let command = CreateMember {
        profile: Profile {
            name: Some(text::normalize_required(&request.name, "name", 255)?),
            description: text::normalize_optional(
                request.description.as_deref(),
                "description",
                10_000,
            )?,
            instructions: text::normalize_optional(
                request.system_prompt.as_deref(),
                "systemPrompt",
                65_536,
            )?,
            ..Profile::default()
        },
        ..CreateMember::new(MemberKind::Assistant)
    };
    let made = member::create_assistant(&app.engine, &ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &AgentResponse::from_member(made),
    ))
}
