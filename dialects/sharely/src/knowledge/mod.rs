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
#[schema(as = KnowledgeItem)]
pub(crate) struct Item {
    id: String,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    content: Option<String>,
    score: Option<f64>,
}

/// What was found: nothing.
#[derive(Serialize, ToSchema)]
#[schema(as = KnowledgeItems)]
pub(crate) struct Items(Vec<Item>);

impl Items {
    const fn none() -> Self {
        Self(Vec::new())
    }
}
