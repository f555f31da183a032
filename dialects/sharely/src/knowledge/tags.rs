//! `GET /workspaces/{workspace}/tags`, after the widget's call: lists the tags of the knowledge base. The list
//! is always empty.

use axum::response::Response;
use parlor_kit::route::{Auth, Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// A tag. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
struct KnowledgeTag {
    id: String,
    name: String,
}

/// Every tag: none.
#[derive(Serialize, ToSchema)]
struct KnowledgeTags(Vec<KnowledgeTag>);

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(get("/workspaces/{workspace}/tags", handle), Auth::Bearer)
        .doc("Tags of what is known: none.", WIDGET_SOURCE)
        .scope(Scope::read(Resource::Conversations))
        .responds::<KnowledgeTags>(200, "An empty list.")
}

async fn handle(_: TokenCaller) -> Result<Response, HandlerError> {
    Ok(response::ok(&KnowledgeTags(Vec::new())))
}
