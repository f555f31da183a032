//! The tools that search: in what was said, as there is no store of knowledge.

use parlor_engine::search::{Hit, Within};
use parlor_kit::App;
use parlor_kit::ids::dashed;
use parlor_model::Result as Tried;
use serde_json::{Map, Value, json};

use super::execute::Source;
use crate::auth::Agent;
use crate::rag::{self, Question};
use crate::{group, rag::agent};

/// Longest text to look for, in characters.
const LONGEST: usize = 65_536;

/// A search as a tool's input asks for it.
pub(super) struct Search {
    text: String,
    most: usize,
}

impl Search {
    /// `{query, limit}`.
    pub(super) fn of_knowledge(
        input: &Map<String, Value>,
        most: Option<u32>,
    ) -> Result<Self, String> {
        Self::of(input, ("query", "limit"), 50, most)
    }

    /// `{text, topK}`.
    pub(super) fn semantic(input: &Map<String, Value>, most: Option<u32>) -> Result<Self, String> {
        Self::of(input, ("text", "topK"), 10, most)
    }

    fn of(
        input: &Map<String, Value>,
        (text, count): (&str, &str),
        highest: u64,
        otherwise: Option<u32>,
    ) -> Result<Self, String> {
        let said = input.get(text).and_then(Value::as_str).unwrap_or_default();
        if said.trim().is_empty() {
            return Err(format!("{text} must be a text that is not blank"));
        }
        if said.chars().count() > LONGEST || said.contains('\0') {
            return Err(format!(
                "{text} must be at most {LONGEST} characters, without U+0000"
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
            most: usize::try_from(most).unwrap_or(10),
        })
    }

    /// Looks with the caller's rights.
    pub(super) async fn run(self, app: &App, agent: &Agent, within: Within) -> Tried<Hits> {
        let words = self.text.split_whitespace().count().max(1);
        let question = Question::of(self.text);
        let found = agent::seen(app, agent, question, within, self.most).await?;
        Ok(Hits { found, words })
    }
}

/// What a search has found, best first.
pub(super) struct Hits {
    found: Vec<Hit>,
    /// How many words were looked for.
    words: usize,
}

impl Hits {
    /// As the tool that searches knowledge gives it.
    pub(super) fn results(&self) -> Value {
        let results = self.found.iter().map(|hit| {
            json!({
                "id": dashed(hit.message.id),
                "type": "message",
                "title": title(hit),
                "content": hit.message.text.as_str(),
                "score": self.score(hit),
            })
        });
        json!({ "results": results.collect::<Vec<_>>() })
    }

    /// As the tool that searches by meaning gives it.
    pub(super) fn passages(&self) -> Value {
        let passages = self
            .found
            .iter()
            .map(|hit| json!({ "text": hit.message.text.as_str(), "source": rag::source(hit) }));
        json!({ "dataArraySortedWithSource": passages.collect::<Vec<_>>() })
    }

    /// What both rest on.
    pub(super) fn sources(&self) -> Vec<Source> {
        let sources = self.found.iter().map(|hit| Source {
            id: dashed(hit.message.id),
            kind: "message",
            title: title(hit),
            snippet: hit.message.text.as_str().chars().take(200).collect(),
            metadata: json!({
                "groupId": dashed(hit.conversation.id),
                "score": self.score(hit),
            }),
        });
        sources.collect()
    }

    fn score(&self, hit: &Hit) -> f64 {
        rag::score(hit, self.words)
    }
}

fn title(hit: &Hit) -> String {
    group::name(hit.conversation.title.clone(), hit.conversation.kind)
}
