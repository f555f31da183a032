//! `POST /workspaces/{workspace}/knowledge/query`, after the widget's call: searches the knowledge base by text. The result
//! is always empty.
//!
//! The body is validated and otherwise ignored.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::RequestBody;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_model::scope::{Resource, Scope};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{KnowledgeItems, MAX_QUERY_CHARS};
use crate::auth::TokenCaller;
use crate::documented::{PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body of a search in what is known. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueryKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
struct QueryKnowledgeRequest {
    /// What to look for.
    #[schema(max_length = 65_536)]
    text: String,
    include_description: Option<bool>,
    /// Results at the most.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    top_k: Option<u32>,
    /// Only what has one of these tags.
    tags: Option<Vec<String>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/workspaces/{workspace}/knowledge/query", handle),
        Auth::Bearer,
    )
    .doc(
        "What is known that has the words of a text: nothing.",
        WIDGET_SOURCE,
    )
    .scope(Scope::read(Resource::Conversations))
    .body::<QueryKnowledgeRequest>()
    .responds::<KnowledgeItems>(200, "An empty list.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let query: QueryKnowledgeRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&query.text, "text", MAX_QUERY_CHARS)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}
