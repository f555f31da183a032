//! Retrieval: what was said that has the words of a question. There is no store of knowledge behind it: the messages
//! of the workspace's own conversations are what is searched, direct ones apart.
//!
//! Accepted and ignored: `languageId`, as messages have no language.

pub(crate) mod agent;
pub(crate) mod space;

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
    /// A question that may be asked.
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

    /// A question without a number of results.
    pub(crate) const fn from_text(text: String) -> Self {
        Self { text, top_k: None }
    }

    /// How many results it asks for.
    fn max_results(&self) -> usize {
        self.top_k.unwrap_or(5) as usize
    }

    /// So many messages that have most of its words.
    async fn search(
        self,
        app: &AppState,
        ctx: &Ctx,
        within: SearchTarget,
        limit: usize,
    ) -> Result<Vec<SearchHit>> {
        let command = SearchMessages {
            text: self.text,
            match_mode: MatchMode::Any,
            target: within,
            limit,
            before: None,
        };
        let mut hits = search::messages(&app.engine, ctx, command).await?;
        hits.retain(|hit| hit.conversation.kind != ConversationKind::Direct);
        Ok(hits)
    }
}

/// How many of so many words a hit has, as a share.
pub(crate) fn match_score(hit: &SearchHit, words: usize) -> f64 {
    (hit.matched_words as f64 / words as f64).min(1.0)
}

/// Where something was said: position, group and message, in the vendor's form for pages of a document.
pub(crate) fn source_reference(hit: &SearchHit) -> String {
    let conversation = &hit.conversation;
    let group = group::display_name(conversation.title.clone(), conversation.kind);
    format!(
        "{}:{group}:{}",
        hit.message.seq,
        format_uuid(hit.message.id)
    )
}
