//! Retrieval by full-text search over the messages of the workspace, except those of direct conversations. The server has
//! no knowledge base.
//!
//! Accepted and ignored: `languageId`, since messages have no language.

pub(crate) mod agent;
pub(crate) mod space;
pub(crate) mod visible_hits;

use parlor_engine::search::{self, MatchMode, SearchHit, SearchMessages, SearchTarget};
use parlor_kit::AppState;
use parlor_kit::ids::format_uuid;
use parlor_model::conversation::ConversationKind;
use parlor_model::{Ctx, Error, Result, text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::group;

/// The body. After `api-reference/spaces/rag`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Question)]
pub(crate) struct RagRequest {
    /// What to look for.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 65_536)]
    text: String,
    /// Results at the most.
    #[schema(minimum = 1, maximum = 10, default = 5)]
    top_k: Option<u32>,
}

impl RagRequest {
    /// Returns the request if its values are valid.
    fn validated(self) -> Result<Self> {
        let Self { text, top_k } = &self;
        if text.trim().is_empty() {
            return Err(Error::invalid("text", "must not be empty"));
        }
        text::validate_length(text, "text", 65_536)?;
        if top_k.is_some_and(|count| !(1..=10).contains(&count)) {
            return Err(Error::invalid("topK", "must be between 1 and 10"));
        }
        Ok(self)
    }

    /// Creates a request with the default number of results.
    pub(crate) const fn from_text(text: String) -> Self {
        Self { text, top_k: None }
    }

    /// Returns the maximum number of results, 5 by default.
    fn max_results(&self) -> usize {
        self.top_k.unwrap_or(5) as usize
    }

    /// Returns at most `limit` messages with any of the words, best first.
    async fn search(
        self,
        app: &AppState,
        ctx: &Ctx,
        target: SearchTarget,
        limit: usize,
    ) -> Result<Vec<SearchHit>> {
        let command = SearchMessages {
            text: self.text,
            match_mode: MatchMode::Any,
            target,
            limit,
            before: None,
        };
        let mut hits = search::messages(&app.engine, ctx, command).await?;
        hits.retain(|hit| hit.conversation.kind != ConversationKind::Direct);
        Ok(hits)
    }
}

/// Returns the share of the searched words that a hit contains, at most 1.
pub(crate) fn match_score(hit: &SearchHit, word_count: usize) -> f64 {
    (hit.matched_words as f64 / word_count as f64).min(1.0)
}

/// Returns `position:group:message`, the vendor's form for a page of a document.
pub(crate) fn source_reference(hit: &SearchHit) -> String {
    let conversation = &hit.conversation;
    let group = group::display_name(conversation.title.clone(), conversation.kind);
    format!(
        "{}:{group}:{}",
        hit.message.seq,
        format_uuid(hit.message.id)
    )
}
