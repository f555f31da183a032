//! `PUT /agents/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member::{self, UpdateAssistant};
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Result, text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::AgentResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::model::ModelReference;
use crate::respond::ok_json;
use crate::{HandlerError, Settings, body};

const SCOPE: Scope = Scope::write(Resource::Agents);

/// What to change of an agent; what is left out stays, and null clears.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateAgentRequest {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// At most 10,000 characters.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Option<Option<String>>,
    /// What it is told to do, at most 65,536 characters.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 65_536)]
    system_prompt: Option<Option<String>>,
    /// Model that it answers with, unless its chat names one; null for the workspace's.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ModelReference>)]
    chat_model_id: Option<Option<ModelReference>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/agents/{agent}"), handle)
        .doc("Updates an agent", "")
        .scope(SCOPE)
        .body::<UpdateAgentRequest>()
        .optional()
        .responds::<AgentResponse>(200, "The agent as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, (404, "No such agent."), TOO_LARGE])
}

/// The agent's next answers follow the change.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateAgentRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let reference = EntityRef::from_path(params.get("agent"), EntityKind::Assistant)?;
    let command = build_command(&request, &app.dialect_settings())?;
    let key = reference.to_member_key();
    let changed = member::update_assistant(&app.engine, &ctx, key, command).await?;
    Ok(ok_json(&AgentResponse::from_member(changed)))
}

fn build_command(request: &UpdateAgentRequest, settings: &Settings) -> Result<UpdateAssistant> {
    let nullable = |given: &Option<Option<String>>, field, limit| {
        let given = given.as_ref();
        given
            .map(|given| text::normalize_optional(given.as_deref(), field, limit))
            .transpose()
    };
    let chat_model = match &request.chat_model_id {
        None => None,
        Some(None) => Some(None),
        Some(Some(given)) => Some(Some(given.resolve_name(settings, "chatModelId", false)?)),
    };
    Ok(UpdateAssistant {
        name: request
            .name
            .as_deref()
            .map(|name| text::normalize_required(name, "name", 255))
            .transpose()?,
        description: nullable(&request.description, "description", 10_000)?,
        instructions: nullable(&request.system_prompt, "systemPrompt", 65_536)?,
        chat_model,
    })
}
