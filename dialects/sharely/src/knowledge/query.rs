//! `POST /workspaces/{workspace}/knowledge/query` and `.../query-title`, after the widget's calls: what is known that has
//! the words of a text. Nothing is.
//!
//! Accepted and ignored: everything but the form of the body.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::body::typed;
use parlor_kit::{Fail, Payload};
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Items;
use crate::auth::Visitor;
use crate::{Sharely, body, reply};

/// Longest text to look for, in characters.
const LONGEST: usize = 65_536;

/// The body of a search in what is known. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueryKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
pub(crate) struct Query {
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
pub(crate) struct Titles {
    /// What to look for.
    #[schema(max_length = 65_536)]
    value: String,
}

pub(crate) async fn handle(
    _: Visitor,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let query: Query = typed(body::read(&headers, payload).await?.map)?;
    text::limit(&query.text, "text", LONGEST)?;
    Ok(reply::ok(&Items::none()))
}

pub(crate) async fn titles(
    _: Visitor,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let titles: Titles = typed(body::read(&headers, payload).await?.map)?;
    text::limit(&titles.value, "value", LONGEST)?;
    Ok(reply::ok(&Items::none()))
}
