//! `POST /v1/workspaces/{workspace}/spaces/{space}/rag`, after the page `api-reference/spaces/rag`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{SearchHit, SearchTarget};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use serde::Serialize;
use utoipa::ToSchema;

use super::RagRequest;
use crate::auth::KeyOrTokenCaller;
use crate::space::prefer_not_found_error;
use crate::{Sharely, body, ids, response};

/// What was found. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Retrieved)]
pub(crate) struct RagResponse {
    /// Nothing: the workspace has no store of knowledge.
    knowledge_results: Vec<RagPassage>,
    /// What was said in the space, best first.
    space_knowledge_results: Vec<RagPassage>,
}

/// A text and where it is from. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
#[schema(as = Passage)]
pub(crate) struct RagPassage {
    text: String,
    /// `position:group:message`.
    source: String,
}

impl From<SearchHit> for RagPassage {
    fn from(hit: SearchHit) -> Self {
        Self {
            source: super::source_reference(&hit),
            text: hit.message.text.0,
        }
    }
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    KeyOrTokenCaller(caller): KeyOrTokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let question = match deserialize_map(object.map).and_then(RagRequest::validated) {
        Ok(question) => question,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let most = question.max_results();
    let hits = question
        .search(&app, &ctx, SearchTarget::Space(space), most)
        .await?;
    Ok(response::ok(&RagResponse {
        knowledge_results: Vec::new(),
        space_knowledge_results: hits.into_iter().map(RagPassage::from).collect(),
    }))
}
