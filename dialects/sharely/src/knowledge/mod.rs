//! Endpoints of the widget's search and browse tabs. The server has no knowledge base: every response is an empty list in
//! the widget's format, so that the tabs show no results.

pub(crate) mod browse;
pub(crate) mod categories;
pub(crate) mod content;
pub(crate) mod query;
pub(crate) mod query_title;
pub(crate) mod tags;
pub(crate) mod workflows;

use serde::Serialize;
use utoipa::ToSchema;

/// Maximum length of a search text, in characters.
const MAX_QUERY_CHARS: usize = 65_536;

/// Something that is known. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnowledgeItem {
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
