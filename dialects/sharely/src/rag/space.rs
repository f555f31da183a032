//! `POST /v1/workspaces/{workspace}/spaces/{space}/rag`, after the page `api-reference/spaces/rag`: searches the messages
//! of a space.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{SearchHit, SearchTarget};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::RagRequest;
use crate::auth::KEY_HEADER;
use crate::auth::KeyOrTokenCaller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, organization_optional};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, body, ids, response};

/// What was found. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Retrieved)]
struct RagResponse {
    /// Nothing: the workspace has no store of knowledge.
    knowledge_results: Vec<RagPassage>,
    /// What was said in the space, best first.
    space_knowledge_results: Vec<RagPassage>,
}

/// A text and where it is from. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
#[schema(as = Passage)]
struct RagPassage {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/v1/workspaces/{workspace}/spaces/{space}/rag", handle),
        Auth::KeyOrBearer(KEY_HEADER),
    )
    .doc(
        "What was said in a space that has the words of a question.",
        "api-reference/spaces/rag",
    )
    .scope(Scope::read(Resource::Conversations))
    .body::<RagRequest>()
    .example(r#"{"text":"What is the refund policy?"}"#)
    .responds::<RagResponse>(200, "What was found.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE, NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    KeyOrTokenCaller(caller): KeyOrTokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let parsed = deserialize_map(object.map).and_then(RagRequest::validated);
    let request = prefer_not_found(&app, &ctx, space, parsed).await?;
    let limit = request.max_results();
    let hits = request
        .search(&app, &ctx, SearchTarget::Space(space), limit)
        .await?;
    Ok(response::ok(&RagResponse {
        knowledge_results: Vec::new(),
        space_knowledge_results: hits.into_iter().map(RagPassage::from).collect(),
    }))
}
