//! `GET /workspaces/{workspace}/category-navigation-private`, after the widget's call: lists categories to browse. The list
//! is always empty.
//!
//! Accepted and ignored: `languageId`.

use axum::response::Response;
use parlor_kit::route::{Auth, Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// A category. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnowledgeCategory {
    id: String,
    name: String,
    category_navigation_count: u64,
}

/// Every category: none.
#[derive(Serialize, ToSchema)]
struct KnowledgeCategories(Vec<KnowledgeCategory>);

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        get(
            "/workspaces/{workspace}/category-navigation-private",
            handle,
        ),
        Auth::Bearer,
    )
    .doc("Categories to browse in: none.", WIDGET_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .responds::<KnowledgeCategories>(200, "An empty list.")
}

async fn handle(_: TokenCaller) -> Result<Response, HandlerError> {
    Ok(response::ok(&KnowledgeCategories(Vec::new())))
}
