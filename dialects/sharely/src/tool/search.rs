//! The tools that search: in what was said, as there is no store of knowledge.

use parlor_engine::search::{SearchHit, SearchTarget};
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::Result as Tried;
use serde_json::{Map, Value, json};

use super::execute::ToolSource;
use crate::auth::AgentCaller;
use crate::rag::{self, RagRequest};
use crate::{group, rag::agent};

/// Longest text to look for, in characters.
const MAX_QUERY_CHARS: usize = 65_536;

/// A search as a tool's input asks for it.
pub(super) struct ToolSearch {
    text: String,
    max_results: usize,
}

impl ToolSearch {
    /// `{query, limit}`.
    pub(super) fn parse_knowledge_input(
        input: &Map<String, Value>,
        most: Option<u32>,
    ) -> Result<Self, String> {
        Self::parse(input, ("query", "limit"), 50, most)
    }

    /// `{text, topK}`.
    pub(super) fn parse_semantic_input(
        input: &Map<String, Value>,
        most: Option<u32>,
    ) -> Result<Self, String> {
        Self::parse(input, ("text", "topK"), 10, most)
    }

    fn parse(
        input: &Map<String, Value>,
        (text, count): (&str, &str),
        highest: u64,
        otherwise: Option<u32>,
    ) -> Result<Self, String> {
        let said = input.get(text).and_then(Value::as_str).unwrap_or_default();
        if said.trim().is_empty() {
            return Err(format!("{text} must be a text that is not blank"));
        }
        if said.chars().count() > MAX_QUERY_CHARS || said.contains('\0') {
            return Err(format!(
                "{text} must be at most {MAX_QUERY_CHARS} characters, without U+0000"
            ));
        }
        let default = otherwise.map_or(10, u64::from).min(highest);
        let most = match input.get(count) {
            None | Some(Value::Null) => default,
            Some(value) => value
                .as_u64()
                .filter(|most| (1..=highest).contains(most))
                .ok_or_else(|| format!("{count} must be between 1 and {highest}"))?,
        };
        Ok(Self {
            text: said.to_owned(),
            max_results: usize::try_from(most).unwrap_or(10),
        })
    }

    /// Looks with the caller's rights.
    pub(super) async fn run(
        self,
        app: &AppState,
        agent: &AgentCaller,
        within: SearchTarget,
    ) -> Tried<SearchHits> {
        let words = self.text.split_whitespace().count().max(1);
        let question = RagRequest::from_text(self.text);
        let found = agent::search_visible(app, agent, question, within, self.max_results).await?;
        Ok(SearchHits {
            hits: found,
            word_count: words,
        })
    }
}

/// What a search has found, best first.
pub(super) struct SearchHits {
    hits: Vec<SearchHit>,
    /// How many words were looked for.
    word_count: usize,
}

impl SearchHits {
    /// As the tool that searches knowledge gives it.
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

    /// As the tool that searches by meaning gives it.
    pub(super) fn to_passages(&self) -> Value {
        let passages = self
            .hits
            .iter()
            .map(|hit| json!({ "text": hit.message.text.as_str(), "source": rag::source_reference(hit) }));
        json!({ "dataArraySortedWithSource": passages.collect::<Vec<_>>() })
    }

    /// What both rest on.
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
