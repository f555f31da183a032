//! `POST /v1/workspaces/{workspace}/agent/tools/{tool}/execute`, after the vendor's server library: runs a tool with the
//! caller's rights. What the tool itself cannot do is said in the answer, for the agent to read; only a request that is
//! wrong, or that names a space the caller does not have, is refused.
//!
//! Accepted and ignored: `userId`, `roleId` and `languageId` of the context, as the token says whose rights count and
//! messages have no language.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::SearchTarget;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::json::exact_object;
use parlor_model::{Error, Result as Tried};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::search::{SearchHits, ToolSearch};
use super::workspace;
use crate::auth::AgentCaller;
use crate::{Sharely, body, ids, response};

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = ExecuteTool)]
pub(crate) struct ExecuteToolRequest {
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
pub(crate) struct ToolContext {
    /// Only what was said in this space.
    #[schema(format = "uuid")]
    space_id: Option<String>,
    /// Results at the most, where the input does not say.
    #[schema(minimum = 1, maximum = 50)]
    top_k: Option<u32>,
}

/// What a tool gives. After the library's call.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct ToolResult {
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

/// What an output rests on. After the library's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolSource {
    /// The message.
    pub(super) id: String,
    /// `message`.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// What its group is called.
    pub(super) title: String,
    /// What was said.
    pub(super) snippet: String,
    /// `groupId` and `score`.
    #[schema(value_type = Object)]
    pub(super) metadata: Value,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let execute: ExecuteToolRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let context: ToolContext = deserialize_map(execute.context.unwrap_or_default())?;
    let input = execute.input.unwrap_or_default();
    let within = search_target(&agent, &context)?;
    let executed = match params.get("tool") {
        "search_knowledge" => match ToolSearch::parse_knowledge_input(&input, context.top_k) {
            Ok(search) => ToolResult::from_hits(
                &search.run(&app, &agent, within).await?,
                SearchHits::to_results,
            ),
            Err(rule) => ToolResult::from_error(rule),
        },
        "semantic_search" => match ToolSearch::parse_semantic_input(&input, context.top_k) {
            Ok(search) => ToolResult::from_hits(
                &search.run(&app, &agent, within).await?,
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
    Ok(response::ok(&executed))
}

/// Where a tool looks: in the space of its context, or else in a user's own or in all.
fn search_target(agent: &AgentCaller, context: &ToolContext) -> Tried<SearchTarget> {
    if context
        .top_k
        .is_some_and(|count| !(1..=50).contains(&count))
    {
        return Err(Error::invalid("context.topK", "must be between 1 and 50"));
    }
    let named = ids::parse_optional_id(context.space_id.as_deref(), "context.spaceId")?;
    if let Some(named) = named {
        agent.0.require_space(named)?;
    }
    let space = named.or(agent.0.own_space());
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

    fn from_hits(hits: &SearchHits, shown: fn(&SearchHits) -> Value) -> Self {
        Self {
            output: Some(shown(hits)),
            sources: Some(hits.to_sources()),
            error: None,
        }
    }
}
