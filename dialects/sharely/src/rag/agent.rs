//! `POST /v1/workspaces/{workspace}/agent/rag`, after the page `api-reference/agent/rag`: searches
//! everything the caller may read, or a user's own space. Where the workspace requires roles, threads of other roles are
//! left out.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{SearchHit, SearchTarget};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::RagRequest;
use super::visible_hits::search_visible;
use crate::auth::AgentCaller;
use crate::documented::{PAYLOAD_TOO_LARGE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// A match. After `api-reference/agent/rag`.
#[derive(Serialize, ToSchema)]
#[schema(as = Match)]
struct RagMatch {
    id: String,
    /// How many of the question's words it has, as a share.
    score: f64,
    metadata: RagMatchInfo,
    /// Always empty.
    #[schema(value_type = Vec<f64>)]
    values: [f64; 0],
}

/// What is known of a match. After `api-reference/agent/rag`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = About)]
struct RagMatchInfo {
    text: String,
    /// `position:group:message`.
    source: String,
    workspace_id: String,
    /// The group it was said in.
    knowledge_id: String,
    /// Messages have no language.
    language: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/v1/workspaces/{workspace}/agent/rag", handle),
        Auth::Bearer,
    )
    .doc(
        "What was said that has the words of a question.",
        "api-reference/agent/rag",
    )
    .scope(Scope::read(Resource::Conversations))
    .body::<RagRequest>()
    .example(r#"{"text":"What is the refund policy?"}"#)
    .responds::<Vec<RagMatch>>(200, "The matches, best first.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: RagRequest = deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let request = request.validated()?;
    let word_count = request.text.split_whitespace().count().max(1);
    let target = agent
        .0
        .own_space()
        .map_or(SearchTarget::Everything, SearchTarget::Space);
    let workspace = format_uuid(agent.0.ctx.workspace.id);
    let limit = request.max_results();
    let hits = search_visible(&app, &agent, request, target, limit).await?;
    let matches = hits
        .into_iter()
        .map(|hit| to_rag_match(hit, word_count, &workspace));
    Ok(response::ok(&matches.collect::<Vec<_>>()))
}

fn to_rag_match(hit: SearchHit, word_count: usize, workspace: &str) -> RagMatch {
    RagMatch {
        id: format_uuid(hit.message.id),
        score: super::match_score(&hit, word_count),
        metadata: RagMatchInfo {
            source: super::source_reference(&hit),
            workspace_id: workspace.to_owned(),
            knowledge_id: format_uuid(hit.conversation.id),
            language: None,
            text: hit.message.text.0,
        },
        values: [],
    }
}
