//! `POST /workspaces/{workspace}/knowledge/query-title`, after the widget's call: searches the knowledge base by title.
//! The result is always empty.

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

/// The body of a search in titles. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = QueryTitles)]
struct QueryTitlesRequest {
    /// What to look for.
    #[schema(max_length = 65_536)]
    value: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/workspaces/{workspace}/knowledge/query-title", handle),
        Auth::Bearer,
    )
    .doc("The same by title.", WIDGET_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .body::<QueryTitlesRequest>()
    .responds::<KnowledgeItems>(200, "An empty list.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    _: TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let titles: QueryTitlesRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&titles.value, "value", MAX_QUERY_CHARS)?;
    Ok(response::ok(&KnowledgeItems::empty()))
}
