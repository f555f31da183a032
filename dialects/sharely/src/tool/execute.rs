//! `POST /v1/workspaces/{workspace}/agent/tools/{tool}/execute`, after the vendor's server library: runs a tool with the
//! caller's rights. A tool's own failure is part of a successful response, for the agent to read; only an invalid request
//! and a foreign space are answered with an error.
//!
//! Accepted and ignored: `userId`, `roleId` and `languageId` of the context: the token determines the rights, and messages
//! have no language.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::SearchTarget;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::json::exact_object;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::search::{SearchHits, ToolSearch, ToolSource};
use super::workspace;
use crate::auth::AgentCaller;
use crate::documented::{LIBRARY_SOURCE, NOT_FOUND, PAYLOAD_TOO_LARGE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, ids, response};

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = ExecuteTool)]
struct ExecuteToolRequest {
    /// What the tool is given.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    input: Option<Map<String, Value>>,
    /// For whom it works.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<ToolContext>)]
    context: Option<Map<String, Value>>,
}

/// For whom a tool works. After the library's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ToolContext {
    /// Only what was said in this space.
    #[schema(format = "uuid")]
    space_id: Option<String>,
    /// Results at the most, where the input does not say.
    #[schema(minimum = 1, maximum = 50)]
    top_k: Option<u32>,
}

/// What a tool gives. After the library's call.
#[derive(Default, Serialize, ToSchema)]
struct ToolResult {
    /// What it found, in a form of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    output: Option<Value>,
    /// What that rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<ToolSource>>,
    /// Why it gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post(
            "/v1/workspaces/{workspace}/agent/tools/{tool}/execute",
            handle,
        ),
        Auth::Bearer,
    )
    .doc("Run a tool for an agent.", LIBRARY_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .conditional_scope(Scope::read(Resource::Admin), "roles are listed")
    .body::<ExecuteToolRequest>()
    .optional()
    .example(r#"{"input":{"query":"What is the refund policy?"}}"#)
    .responds::<ToolResult>(200, "What the tool gives, or why it gives nothing.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let execute: ExecuteToolRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let context: ToolContext = deserialize_map(execute.context.unwrap_or_default())?;
    let input = execute.input.unwrap_or_default();
    let target = search_target(&agent, &context)?;
    let result = match params.get("tool") {
        "search_knowledge" => match ToolSearch::parse_knowledge_input(&input, context.top_k) {
            Ok(search) => ToolResult::from_hits(
                &search.run(&app, &agent, target).await?,
                SearchHits::to_results,
            ),
            Err(rule) => ToolResult::from_error(rule),
        },
        "semantic_search" => match ToolSearch::parse_semantic_input(&input, context.top_k) {
            Ok(search) => ToolResult::from_hits(
                &search.run(&app, &agent, target).await?,
                SearchHits::to_passages,
            ),
            Err(rule) => ToolResult::from_error(rule),
        },
        "get_knowledge_item" => ToolResult::from_error("There is no knowledge of this id"),
        "list_taxonomies" => ToolResult::from_output(json!({ "taxonomies": [] })),
        "get_taxonomy_knowledge" => ToolResult::from_output(json!({ "knowledge": [] })),
        "get_workspace_stats" => {
            ToolResult::from_output(workspace::workspace_stats(&app, &agent).await?)
        }
        "list_roles" => match workspace::list_roles(&app, &agent).await? {
            Some(roles) => ToolResult::from_output(json!({ "roles": roles })),
            None => ToolResult::from_error("The token may not read roles"),
        },
        _ => ToolResult::from_error("There is no tool of this name"),
    };
    Ok(response::ok(&result))
}

/// Returns the search target: the space of the context, otherwise the user's own space, otherwise everything the caller
/// may read.
///
/// # Errors
/// `Invalid` for a value out of range, `Forbidden` for a space other than the user's own.
fn search_target(agent: &AgentCaller, context: &ToolContext) -> Result<SearchTarget> {
    if context
        .top_k
        .is_some_and(|count| !(1..=50).contains(&count))
    {
        return Err(Error::invalid("context.topK", "must be between 1 and 50"));
    }
    let space = ids::parse_optional_id(context.space_id.as_deref(), "context.spaceId")?;
    if let Some(space) = space {
        agent.0.require_space(space)?;
    }
    let space = space.or(agent.0.own_space());
    Ok(space.map_or(SearchTarget::Everything, SearchTarget::Space))
}

impl ToolResult {
    fn from_output(output: Value) -> Self {
        Self {
            output: Some(output),
            ..Self::default()
        }
    }

    fn from_error(rule: impl Into<String>) -> Self {
        Self {
            error: Some(rule.into()),
            ..Self::default()
        }
    }

    fn from_hits(hits: &SearchHits, render: fn(&SearchHits) -> Value) -> Self {
        Self {
            output: Some(render(hits)),
            sources: Some(hits.to_sources()),
            error: None,
        }
    }
}
