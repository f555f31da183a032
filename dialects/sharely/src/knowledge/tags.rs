//! `GET /workspaces/{workspace}/tags`, after the widget's call: what knowledge is tagged with. There is none.

use axum::response::Response;
use parlor_kit::DialectError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, response};

/// A tag. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnowledgeTag {
    id: String,
    name: String,
}

/// Every tag: none.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnowledgeTags(Vec<KnowledgeTag>);

pub(crate) async fn handle(_: TokenCaller) -> Result<Response, DialectError<Sharely>> {
    Ok(response::ok(&KnowledgeTags(Vec::new())))
}
