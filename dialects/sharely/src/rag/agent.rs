//! `POST /v1/workspaces/{workspace}/agent/rag`, after the page `api-reference/agent/rag`: over everything the caller may
//! read, or a user's own space. Where the workspace asks for roles, threads of other roles are passed over.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{MAX_HITS, SearchHit, SearchTarget};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::Result as Tried;
use parlor_model::conversation::ConversationKind;
use parlor_model::error::ErrorKind as Of;
use serde::Serialize;
use utoipa::ToSchema;

use super::RagRequest;
use crate::auth::AgentCaller;
use crate::{Sharely, body, response};

/// A match. After `api-reference/agent/rag`.
#[derive(Serialize, ToSchema)]
#[schema(as = Match)]
pub(crate) struct RagMatch {
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
pub(crate) struct RagMatchInfo {
    text: String,
    /// `position:group:message`.
    source: String,
    workspace_id: String,
    /// The group it was said in.
    knowledge_id: String,
    /// Messages have no language.
    language: Option<String>,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let question: RagRequest = deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let question = question.validated()?;
    let words = question.text.split_whitespace().count().max(1);
    let within = agent
        .0
        .own_space()
        .map_or(SearchTarget::Everything, SearchTarget::Space);
    let workspace = format_uuid(agent.0.ctx.workspace.id);
    let most = question.max_results();
    let hits = search_visible(&app, &agent, question, within, most).await?;
    let matches = hits
        .into_iter()
        .map(|hit| to_rag_match(hit, words, &workspace));
    Ok(response::ok(&matches.collect::<Vec<_>>()))
}

/// So many messages that have most of a question's words, of those the caller may see.
pub(crate) async fn search_visible(
    app: &AppState,
    agent: &AgentCaller,
    question: RagRequest,
    within: SearchTarget,
    most: usize,
) -> Tried<Vec<SearchHit>> {
    let looked_at = if agent.1.is_some() { MAX_HITS } else { most };
    let hits = question
        .search(app, &agent.context(), within, looked_at)
        .await?;
    let mut seen = Vec::with_capacity(most);
    for hit in hits {
        if seen.len() < most && is_visible(app, agent, &hit).await? {
            seen.push(hit);
        }
    }
    Ok(seen)
}

/// Whether the thread something was said in is one of the caller's role's, where roles count.
async fn is_visible(app: &AppState, agent: &AgentCaller, hit: &SearchHit) -> Tried<bool> {
    if agent.1.is_none() || hit.conversation.kind != ConversationKind::Thread {
        return Ok(true);
    }
    match agent.find_thread(app, hit.conversation.id).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), Of::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn to_rag_match(hit: SearchHit, words: usize, workspace: &str) -> RagMatch {
    RagMatch {
        id: format_uuid(hit.message.id),
        score: super::match_score(&hit, words),
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
