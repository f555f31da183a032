//! `GET /workspaces/{workspace}/category-navigation-private` and `POST .../knowledge` below it, after the widget's calls:
//! categories to browse in, and what is in them. There are none.
//!
//! Accepted and ignored: `languageId` and `categoryId`.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{DialectError, RequestBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::KnowledgeItems;
use crate::auth::TokenCaller;
use crate::{Sharely, body, response};

/// A category. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KnowledgeCategory {
    id: String,
    name: String,
    category_navigation_count: u64,
}

/// Every category: none.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnowledgeCategories(Vec<KnowledgeCategory>);

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = BrowseKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
pub(crate) struct BrowseKnowledgeRequest {
    /// Of which categories.
    categories: Vec<String>,
}

pub(crate) async fn handle(_: TokenCaller) -> Result<Response, DialectError<Sharely>> {
    Ok(response::ok(&KnowledgeCategories(Vec::new())))
}

pub(crate) async fn handle_knowledge(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let _: BrowseKnowledgeRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}
