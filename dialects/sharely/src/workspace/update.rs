//! `PUT /v1/workspaces/{workspace}`: changes the public fields of the workspace and its agent server. An absent field
//! keeps its value; null removes it.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::request_body::{deserialize_map, double_option};
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, RequestBody};
use parlor_model::json::present_object;
use parlor_model::scope::{Resource, Scope};
use parlor_model::web_chat::{MAX_QUESTIONS, UpdateWebChat, is_web_address};
use parlor_model::workspace::UpdateWorkspace;
use parlor_model::{Error, Metadata, Result, limit, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::OwnWorkspace;
use crate::auth::Caller;
use crate::documented::{PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UpdateWorkspace)]
struct UpdateWorkspaceRequest {
    /// What the workspace is called; `null` keeps the old name.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    name: Option<String>,
    /// A text about it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, pattern = r"[^\s\x85]", max_length = 10_000)]
    description: Option<Option<String>>,
    /// The address of its picture.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, pattern = r"[^\s\x85]", max_length = 2_048)]
    photo: Option<Option<String>>,
    /// What a visitor's space is called.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    default_space_name: Option<Option<String>>,
    /// How the page begins.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, pattern = r"[^\s\x85]", max_length = 64)]
    web_control_start_mode: Option<Option<String>>,
    /// How the page looks: at most 64 KiB.
    #[serde(default, deserialize_with = "present_object")]
    #[schema(value_type = Option<Object>)]
    space_styling: Option<Option<Map<String, Value>>>,
    /// What is said first in a new talk.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, pattern = r"[^\s\x85]", max_length = 65_536)]
    greeting: Option<Option<String>>,
    /// What a visitor is offered to ask, 1 to 255 characters each.
    #[schema(max_items = 20)]
    greeting_questions: Option<Vec<String>>,
    /// The address of the customer's server that answers in agent threads.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 2_048, pattern = r##"^https?://([A-Za-z0-9._-]+|\[(([0-9A-Fa-f]{1,4}:){7}|::([0-9A-Fa-f]{1,4}:){0,5})[0-9A-Fa-f]{1,4}\])(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[!-"$->@-\[\]-~]*)?$"##)]
    agent_server_url: Option<Option<String>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(put("/v1/workspaces/{workspace}", handle))
        .doc(
            "Change what visitors see of a workspace, and who answers them.",
            "",
        )
        .scope(Scope::write(Resource::Admin))
        .body::<UpdateWorkspaceRequest>()
        .optional()
        .responds::<OwnWorkspace>(200, "The workspace as it is now.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let object = body::read_json_body(&headers, payload).await?;
    let command = parse_command(object.map)?;
    let updated = workspace::update(&app.engine, &caller.ctx, command).await?;
    Ok(response::ok(&OwnWorkspace::from(&updated)))
}

fn parse_command(map: Map<String, Value>) -> Result<UpdateWorkspace> {
    let update: UpdateWorkspaceRequest = deserialize_map(map)?;
    // Checked here, so that errors have the field names of the body.
    for (text, field, limit) in [
        (&update.description, "description", limit::DESCRIPTION),
        (&update.photo, "photo", limit::ADDRESS),
        (&update.default_space_name, "defaultSpaceName", limit::NAME),
        (
            &update.web_control_start_mode,
            "webControlStartMode",
            limit::SUBTYPE,
        ),
        (&update.greeting, "greeting", limit::MESSAGE),
        (&update.agent_server_url, "agentServerUrl", limit::ADDRESS),
    ] {
        limit.validate_change(text, field)?;
        if text
            .as_ref()
            .and_then(Option::as_ref)
            .is_some_and(|text| text.trim().is_empty())
        {
            return Err(Error::invalid(field, "must not be blank"));
        }
    }
    if let Some(Some(address)) = &update.agent_server_url
        && !is_web_address(address)
    {
        return Err(Error::invalid(
            "agentServerUrl",
            "must begin with http:// or https://, without a user, a query or a fragment",
        ));
    }
    const QUESTIONS: &str = "greetingQuestions";
    let questions = update.greeting_questions.as_deref().unwrap_or_default();
    if questions.len() > MAX_QUESTIONS {
        return Err(Error::invalid(
            QUESTIONS,
            format!("must be at most {MAX_QUESTIONS}"),
        ));
    }
    for question in questions {
        text::normalize_required(question, QUESTIONS, limit::NAME.max_chars)?;
    }
    Ok(UpdateWorkspace {
        name: update.name,
        web_chat: UpdateWebChat {
            description: update.description,
            photo: update.photo,
            space_name: update.default_space_name,
            greeting: update.greeting,
            questions: update.greeting_questions,
            start_mode: update.web_control_start_mode,
            styling: match update.space_styling {
                None => None,
                Some(styling) => {
                    let styling = styling.unwrap_or_default();
                    Some(Metadata::new(styling, "spaceStyling")?)
                }
            },
            agent_server: update.agent_server_url,
        },
        ..UpdateWorkspace::default()
    })
}
