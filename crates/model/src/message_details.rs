//! What a message holds beyond its text, in terms that any vocabulary may have a word for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::exact_value;
use crate::limit;

/// The structured parts of a message. Stored as one JSON object without what is absent; at most 256 KiB.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageDetails {
    /// The speaker's name, where it is not a member's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A text about the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A longer form of what is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// An attached picture or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Attachment>,
    /// Addresses that an answer rests on.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub sources: Option<Value>,
    /// Titles and more about those.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub source_details: Option<Value>,
    /// Tools that are called: an array of `{id, type, function: {name, arguments}}`, or the writer's own form.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub tool_calls: Option<Value>,
    /// The call that this message answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call: Option<String>,
    /// The steps before an answer.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub thinking: Option<Value>,
    /// What an answer cost.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub token_usage: Option<Value>,
    /// Who computed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// The number of the message it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<i64>,
    /// How far it got on its way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryStatus>,
    /// Spans of the text with a meaning.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub entities: Option<Value>,
}

/// An attached picture or file, kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// `image` or `file`, or the writer's own word.
    pub kind: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How far a message got that leaves the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Waits.
    Queued,
    /// Was handed over.
    Sent,
    /// Has arrived.
    Delivered,
    /// Was refused.
    Failed,
}

/// Changes to what a message holds beyond its text. `None` keeps; `Some(None)` clears.
#[derive(Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Details")]
pub struct UpdateMessageDetails {
    pub tool_calls: Option<Option<Value>>,
    pub thinking: Option<Option<Value>>,
    pub sources: Option<Option<Value>>,
    pub token_usage: Option<Option<Value>>,
    pub model: Option<Option<String>>,
    pub finish_reason: Option<Option<String>>,
}

impl UpdateMessageDetails {
    /// Applies the changes.
    pub fn apply(&self, details: &mut MessageDetails) {
        fn set<T: Clone>(field: &mut Option<T>, change: Option<&Option<T>>) {
            if let Some(value) = change {
                field.clone_from(value);
            }
        }
        set(&mut details.tool_calls, self.tool_calls.as_ref());
        set(&mut details.thinking, self.thinking.as_ref());
        set(&mut details.sources, self.sources.as_ref());
        set(&mut details.token_usage, self.token_usage.as_ref());
        set(&mut details.model, self.model.as_ref());
        set(&mut details.finish_reason, self.finish_reason.as_ref());
    }
}

/// Holds what was said: tells nothing of it.
impl std::fmt::Debug for UpdateMessageDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<private>")
    }
}

impl MessageDetails {
    /// Longest stored form, in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// The stored form; none where there is nothing to store.
    ///
    /// # Errors
    /// `Invalid` where it is longer than [`MessageDetails::MAX_BYTES`], or one of its short texts is too long.
    pub fn to_text(&self) -> Result<Option<String>> {
        if *self == Self::default() {
            return Ok(None);
        }
        limit::NAME.validate_opt(self.name.as_deref(), "name")?;
        limit::DESCRIPTION.validate_opt(self.description.as_deref(), "description")?;
        limit::REFERENCE.validate_opt(self.model.as_deref(), "model")?;
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        if text.len() > Self::MAX_BYTES {
            return Err(Error::invalid("message", "must be at most 256 KiB in all"));
        }
        Ok(Some(text))
    }

    /// Reads what [`MessageDetails::to_text`] wrote. A damaged text reads as empty rather than hiding its row.
    pub fn from_text(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }
}

/// Holds what was said: only tells that something is there.
impl std::fmt::Debug for MessageDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::default() {
            "<none>"
        } else {
            "<private>"
        })
    }
}
