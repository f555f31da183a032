//! `POST /v1/workspaces/{workspace}/agent/rag`, after the page `api-reference/agent/rag`: over everything the caller may
//! read, or a user's own space. Where the workspace asks for roles, threads of other roles are passed over.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{Hit, MOST, Within};
use parlor_kit::body::typed;
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Payload};
use parlor_model::Result as Tried;
use parlor_model::conversation::Kind;
use parlor_model::error::Kind as Of;
use serde::Serialize;
use utoipa::ToSchema;

use super::Question;
use crate::auth::Agent;
use crate::{Sharely, body, reply};

/// A match. After `api-reference/agent/rag`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Match {
    id: String,
    /// How many of the question's words it has, as a share.
    score: f64,
    metadata: About,
    /// Always empty.
    #[schema(value_type = Vec<f64>)]
    values: [f64; 0],
}

/// What is known of a match. After `api-reference/agent/rag`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
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
    State(app): State<App>,
    agent: Agent,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let question: Question = typed(body::read(&headers, payload).await?.map)?;
    let question = question.checked()?;
    let words = question.text.split_whitespace().count().max(1);
    let within = agent
        .0
        .own_space()
        .map_or(Within::Everything, Within::Space);
    let workspace = dashed(agent.0.ctx.workspace.id);
    let most = question.most();
    let hits = seen(&app, &agent, question, within, most).await?;
    let matches = hits.into_iter().map(|hit| matched(hit, words, &workspace));
    Ok(reply::ok(&matches.collect::<Vec<_>>()))
}

/// So many messages that have most of a question's words, of those the caller may see.
pub(crate) async fn seen(
    app: &App,
    agent: &Agent,
    question: Question,
    within: Within,
    most: usize,
) -> Tried<Vec<Hit>> {
    let looked_at = if agent.1.is_some() { MOST } else { most };
    let hits = question.ask(app, &agent.ctx(), within, looked_at).await?;
    let mut seen = Vec::with_capacity(most);
    for hit in hits {
        if seen.len() < most && may_see(app, agent, &hit).await? {
            seen.push(hit);
        }
    }
    Ok(seen)
}

/// Whether the thread something was said in is one of the caller's role's, where roles count.
async fn may_see(app: &App, agent: &Agent, hit: &Hit) -> Tried<bool> {
    if agent.1.is_none() || hit.conversation.kind != Kind::Thread {
        return Ok(true);
    }
    match agent.find(app, hit.conversation.id).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), Of::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn matched(hit: Hit, words: usize, workspace: &str) -> Match {
    Match {
        id: dashed(hit.message.id),
        score: super::score(&hit, words),
        metadata: About {
            source: super::source(&hit),
            workspace_id: workspace.to_owned(),
            knowledge_id: dashed(hit.conversation.id),
            language: None,
            text: hit.message.text.0,
        },
        values: [],
    }
}
