//! Search tools. They search the messages, since the server has no knowledge base.

use parlor_engine::search::{SearchHit, SearchTarget};
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::Result;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::auth::AgentCaller;
use crate::group;
use crate::rag::visible_hits::search_visible;
use crate::rag::{self, RagRequest};

/// Maximum length of a search text, in characters.
const MAX_QUERY_CHARS: usize = 65_536;

/// Search parameters from a tool's input.
pub(super) struct ToolSearch {
    text: String,
    max_results: usize,
}

impl ToolSearch {
    /// Parses `{query, limit}`; `default` is the limit if the input has none.
    ///
    /// # Errors
    /// The text for the agent if a value is invalid.
    pub(super) fn parse_knowledge_input(
        input: &Map<String, Value>,
        default: Option<u32>,
    ) -> Result<Self, String> {
        Self::parse(input, ("query", "limit"), 50, default)
    }

    /// Parses `{text, topK}`; `default` is the limit if the input has none.
    ///
    /// # Errors
    /// The text for the agent if a value is invalid.
    pub(super) fn parse_semantic_input(
        input: &Map<String, Value>,
        default: Option<u32>,
    ) -> Result<Self, String> {
        Self::parse(input, ("text", "topK"), 10, default)
    }

    fn parse(
        input: &Map<String, Value>,
        (text_field, count_field): (&str, &str),
        max: u64,
        default: Option<u32>,
    ) -> Result<Self, String> {
        let text = input
            .get(text_field)
            .and_then(Value::as_str)
            .unwrap_or_default();
        if text.trim().is_empty() {
            return Err(format!("{text_field} must be a text that is not blank"));
        }
        if text.chars().count() > MAX_QUERY_CHARS || text.contains('\0') {
            return Err(format!(
                "{text_field} must be at most {MAX_QUERY_CHARS} characters, without U+0000"
            ));
        }
        let default = default.map_or(10, u64::from).min(max);
        let count = match input.get(count_field) {
            None | Some(Value::Null) => default,
            Some(value) => value
                .as_u64()
                .filter(|count| (1..=max).contains(count))
                .ok_or_else(|| format!("{count_field} must be between 1 and {max}"))?,
        };
        Ok(Self {
            text: text.to_owned(),
            max_results: usize::try_from(count).unwrap_or(10),
        })
    }

    /// Searches with the caller's rights.
    pub(super) async fn run(
        self,
        app: &AppState,
        agent: &AgentCaller,
        target: SearchTarget,
    ) -> Result<SearchHits> {
        let word_count = self.text.split_whitespace().count().max(1);
        let request = RagRequest::from_text(self.text);
        let hits = search_visible(app, agent, request, target, self.max_results).await?;
        Ok(SearchHits { hits, word_count })
    }
}

/// What an output rests on. After the library's call.
#[derive(Serialize, ToSchema)]
pub(super) struct ToolSource {
    /// The message.
    id: String,
    /// `message`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What its group is called.
    title: String,
    /// What was said.
    snippet: String,
    /// `groupId` and `score`.
    #[schema(value_type = Object)]
    metadata: Value,
}

/// Hits of a search, best first.
pub(super) struct SearchHits {
    hits: Vec<SearchHit>,
    /// Number of words in the search text.
    word_count: usize,
}

impl SearchHits {
    /// Renders the output of `search_knowledge`.
    pub(super) fn to_results(&self) -> Value {
        let results = self.hits.iter().map(|hit| {
            json!({
                "id": format_uuid(hit.message.id),
                "type": "message",
                "title": group_title(hit),
                "content": hit.message.text.as_str(),
                "score": self.score(hit),
            })
        });
        json!({ "results": results.collect::<Vec<_>>() })
    }

    /// Renders the output of `semantic_search`.
    pub(super) fn to_passages(&self) -> Value {
        let passages = self
            .hits
            .iter()
            .map(|hit| json!({ "text": hit.message.text.as_str(), "source": rag::source_reference(hit) }));
        json!({ "dataArraySortedWithSource": passages.collect::<Vec<_>>() })
    }

    /// Renders the sources of both outputs.
    pub(super) fn to_sources(&self) -> Vec<ToolSource> {
        let sources = self.hits.iter().map(|hit| ToolSource {
            id: format_uuid(hit.message.id),
            kind: "message",
            title: group_title(hit),
            snippet: hit.message.text.as_str().chars().take(200).collect(),
            metadata: json!({
                "groupId": format_uuid(hit.conversation.id),
                "score": self.score(hit),
            }),
        });
        sources.collect()
    }

    fn score(&self, hit: &SearchHit) -> f64 {
        rag::match_score(hit, self.word_count)
    }
}

fn group_title(hit: &SearchHit) -> String {
    group::display_name(hit.conversation.title.clone(), hit.conversation.kind)
}
