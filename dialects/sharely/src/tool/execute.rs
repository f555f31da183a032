//! `POST /v1/workspaces/{workspace}/agent/tools/{tool}/execute`, after the vendor's server library: runs a tool with the
//! caller's rights. What the tool itself cannot do is said in the answer, for the agent to read; only a request that is
//! wrong, or that names a space the caller does not have, is refused.
//!
//! Accepted and ignored: `userId`, `roleId` and `languageId` of the context, as the token says whose rights count and
//! messages have no language.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::Within;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::json::exact_object;
use parlor_model::{Error, Result as Tried};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::search::{Hits, Search};
use super::workspace;
use crate::auth::Agent;
use crate::{Sharely, body, ids, reply};

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = ExecuteTool)]
pub(crate) struct Execute {
    /// What the tool is given.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    input: Option<Map<String, Value>>,
    /// For whom it works.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Context>)]
    context: Option<Map<String, Value>>,
}

/// For whom a tool works. After the library's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToolContext)]
pub(crate) struct Context {
    /// Only what was said in this space.
    #[schema(format = "uuid")]
    space_id: Option<String>,
    /// Results at the most, where the input does not say.
    #[schema(minimum = 1, maximum = 50)]
    top_k: Option<u32>,
}

/// What a tool gives. After the library's call.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ToolResult)]
pub(crate) struct Executed {
    /// What it found, in a form of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    output: Option<Value>,
    /// What that rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<Source>>,
    /// Why it gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What an output rests on. After the library's call.
#[derive(Serialize, ToSchema)]
#[schema(as = ToolSource)]
pub(crate) struct Source {
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
    State(app): State<App>,
    agent: Agent,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let execute: Execute = typed(body::read(&headers, payload).await?.map)?;
    let context: Context = typed(execute.context.unwrap_or_default())?;
    let input = execute.input.unwrap_or_default();
    let within = within(&agent, &context)?;
    let executed = match params.get("tool") {
        "search_knowledge" => match Search::of_knowledge(&input, context.top_k) {
            Ok(search) => {
                Executed::of_hits(&search.run(&app, &agent, within).await?, Hits::results)
            }
            Err(rule) => Executed::failed(rule),
        },
        "semantic_search" => match Search::semantic(&input, context.top_k) {
            Ok(search) => {
                Executed::of_hits(&search.run(&app, &agent, within).await?, Hits::passages)
            }
            Err(rule) => Executed::failed(rule),
        },
        "get_knowledge_item" => Executed::failed("There is no knowledge of this id"),
        "list_taxonomies" => Executed::of(json!({ "taxonomies": [] })),
        "get_taxonomy_knowledge" => Executed::of(json!({ "knowledge": [] })),
        "get_workspace_stats" => Executed::of(workspace::stats(&app, &agent).await?),
        "list_roles" => match workspace::roles(&app, &agent).await? {
            Some(roles) => Executed::of(json!({ "roles": roles })),
            None => Executed::failed("The token may not read roles"),
        },
        _ => Executed::failed("There is no tool of this name"),
    };
    Ok(reply::ok(&executed))
}

/// Where a tool looks: in the space of its context, or else in a user's own or in all.
fn within(agent: &Agent, context: &Context) -> Tried<Within> {
    if context
        .top_k
        .is_some_and(|count| !(1..=50).contains(&count))
    {
        return Err(Error::invalid("context.topK", "must be between 1 and 50"));
    }
    let named = ids::given(context.space_id.as_deref(), "context.spaceId")?;
    if let Some(named) = named {
        agent.0.reaches(named)?;
    }
    let space = named.or(agent.0.own_space());
    Ok(space.map_or(Within::Everything, Within::Space))
}

impl Executed {
    fn of(output: Value) -> Self {
        Self {
            output: Some(output),
            ..Self::default()
        }
    }

    fn failed(rule: impl Into<String>) -> Self {
        Self {
            error: Some(rule.into()),
            ..Self::default()
        }
    }

    fn of_hits(hits: &Hits, shown: fn(&Hits) -> Value) -> Self {
        Self {
            output: Some(shown(hits)),
            sources: Some(hits.sources()),
            error: None,
        }
    }
}
