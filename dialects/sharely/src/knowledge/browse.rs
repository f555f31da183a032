//! `POST /workspaces/{workspace}/category-navigation-private/knowledge`, after the widget's call: lists the knowledge
//! items of categories. The list is always empty.
//!
//! Accepted and ignored: `categoryId`.

use axum::response::Response;
use http::HeaderMap;
use parlor_kit::RequestBody;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::KnowledgeItems;
use crate::auth::TokenCaller;
use crate::documented::{PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = BrowseKnowledge)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
struct BrowseKnowledgeRequest {
    /// Of which categories.
    categories: Vec<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post(
            "/workspaces/{workspace}/category-navigation-private/knowledge",
            handle,
        ),
        Auth::Bearer,
    )
    .doc("What is in some categories: nothing.", WIDGET_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .body::<BrowseKnowledgeRequest>()
    .responds::<KnowledgeItems>(200, "An empty list.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let _: BrowseKnowledgeRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}
