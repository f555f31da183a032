//! `GET /workspaces/{workspace}/tags`, after the widget's call: what knowledge is tagged with. There is none.

use axum::response::Response;
use parlor_kit::Fail;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, reply};

/// A tag. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[schema(as = KnowledgeTag)]
pub(crate) struct Tag {
    id: String,
    name: String,
}

/// Every tag: none.
#[derive(Serialize, ToSchema)]
#[schema(as = KnowledgeTags)]
pub(crate) struct Tags(Vec<Tag>);

pub(crate) async fn handle(_: Visitor) -> Result<Response, Fail<Sharely>> {
    Ok(reply::ok(&Tags(Vec::new())))
}
