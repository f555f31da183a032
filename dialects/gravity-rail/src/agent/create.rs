//! `POST /agents`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_model::scope::{Resource, Scope};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AgentResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::model::ModelReference;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make an agent of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateAgentRequest {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: String,
    /// At most 10,000 characters.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// What it is told to do, at most 65,536 characters.
    #[schema(max_length = 65_536)]
    system_prompt: Option<String>,
    /// Model that it answers with, unless its chat names one.
    chat_model_id: Option<ModelReference>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/agents"), handle)
        .doc("Creates an agent", "")
        .scope(Scope::write(Resource::Agents))
        .body::<CreateAgentRequest>()
        .responds::<AgentResponse>(200, "The agent.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateAgentRequest = body::parse(payload).await?;
    let chat_model = request
        .chat_model_id
        .map(|model| model.resolve_name(&app.dialect_settings(), "chatModelId", false))
        .transpose()?;
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
            chat_model,
            ..Profile::default()
        },
        ..CreateMember::new(MemberKind::Assistant)
    };
    let created = member::create_assistant(&app.engine, &ctx, command).await?;
    Ok(ok_json(&AgentResponse::from_member(created)))
}
