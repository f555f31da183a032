//! `POST /workspaces/{workspace}/knowledge/query` and `.../query-title`, after the widget's calls: what is known that has
//! the words of a text. Nothing is.
//!
//! Accepted and ignored: everything but the form of the body.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{DialectError, RequestBody};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::KnowledgeItems;
use crate::auth::TokenCaller;
use crate::{Sharely, body, response};

/// Longest text to look for, in characters.
const MAX_QUERY_CHARS: usize = 65_536;

/// The body of a search in what is known. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueryKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
pub(crate) struct QueryKnowledgeRequest {
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

/// The body of a search in titles. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = QueryTitles)]
pub(crate) struct QueryTitlesRequest {
    /// What to look for.
    #[schema(max_length = 65_536)]
    value: String,
}

pub(crate) async fn handle(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let query: QueryKnowledgeRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&query.text, "text", MAX_QUERY_CHARS)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}

pub(crate) async fn handle_titles(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let titles: QueryTitlesRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&titles.value, "value", MAX_QUERY_CHARS)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}
