//! `GET /workspaces/{workspace}/category-navigation-private` and `POST .../knowledge` below it, after the widget's calls:
//! categories to browse in, and what is in them. There are none.
//!
//! Accepted and ignored: `languageId` and `categoryId`.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::body::typed;
use parlor_kit::{Fail, Payload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Items;
use crate::auth::Visitor;
use crate::{Sharely, body, reply};

/// A category. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KnowledgeCategory)]
pub(crate) struct Category {
    id: String,
    name: String,
    category_navigation_count: u64,
}

/// Every category: none.
#[derive(Serialize, ToSchema)]
#[schema(as = KnowledgeCategories)]
pub(crate) struct Categories(Vec<Category>);

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = BrowseKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
pub(crate) struct Browse {
    /// Of which categories.
    categories: Vec<String>,
}

pub(crate) async fn handle(_: Visitor) -> Result<Response, Fail<Sharely>> {
    Ok(reply::ok(&Categories(Vec::new())))
}

pub(crate) async fn knowledge(
    _: Visitor,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let _: Browse = typed(body::read(&headers, payload).await?.map)?;
    Ok(reply::ok(&Items::none()))
}
