//! What the widget's tabs to search and to browse ask for. There is no store of knowledge on this server: every answer is
//! an empty list in the form that the widget reads, so that its tabs show that there is nothing.

pub(crate) mod categories;
pub(crate) mod content;
pub(crate) mod query;
pub(crate) mod tags;
pub(crate) mod workflows;

use serde::Serialize;
use utoipa::ToSchema;

/// Something that is known. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KnowledgeItem {
    id: String,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    content: Option<String>,
    score: Option<f64>,
}

/// What was found: nothing.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnowledgeItems(Vec<KnowledgeItem>);

impl KnowledgeItems {
    const fn empty() -> Self {
        Self(Vec::new())
    }
}
