//! `POST /v1/workspaces/{workspace}/spaces/{space}/rag`, after the page `api-reference/spaces/rag`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::search::{Hit, Within};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use serde::Serialize;
use utoipa::ToSchema;

use super::Question;
use crate::auth::Reader;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids, reply};

/// What was found. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Retrieved)]
pub(crate) struct Found {
    /// Nothing: the workspace has no store of knowledge.
    knowledge_results: Vec<Passage>,
    /// What was said in the space, best first.
    space_knowledge_results: Vec<Passage>,
}

/// A text and where it is from. After `api-reference/spaces/rag`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Passage {
    text: String,
    /// `position:group:message`.
    source: String,
}

impl From<Hit> for Passage {
    fn from(hit: Hit) -> Self {
        Self {
            source: super::source(&hit),
            text: hit.message.text.0,
        }
    }
}

pub(crate) async fn handle(
    State(app): State<App>,
    Reader(caller): Reader,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let question = match typed(object.map).and_then(Question::checked) {
        Ok(question) => question,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let most = question.most();
    let hits = question.ask(&app, &ctx, Within::Space(space), most).await?;
    Ok(reply::ok(&Found {
        knowledge_results: Vec::new(),
        space_knowledge_results: hits.into_iter().map(Passage::from).collect(),
    }))
}
