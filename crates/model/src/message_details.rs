//! Structured parts of a message beyond its text, in dialect-neutral terms.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::exact_value;
use crate::limit;
use crate::redacted::Redacted;

/// Structured parts of a message. Stored as one JSON object without absent fields, at most 256 KiB.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageDetails {
    /// Display name of the author, if it differs from the member's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Description of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Longer form of the message text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Attached picture or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Attachment>,
    /// URLs of the sources of an answer.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub sources: Option<Value>,
    /// Titles and further details of the sources.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub source_details: Option<Value>,
    /// Tool calls: an array of `{id, type, function: {name, arguments}}`, or the author's own form.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub tool_calls: Option<Value>,
    /// Id of the tool call that this message answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call: Option<String>,
    /// What a tool was called with, on the message with its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_result: Option<ToolResult>,
    /// Reasoning steps before an answer.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub thinking: Option<Value>,
    /// Token usage of an answer.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub token_usage: Option<Value>,
    /// Model that computed the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Reason why the generation ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// Number of the quoted message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<i64>,
    /// Delivery status over a carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryStatus>,
    /// Annotated spans of the text (entities).
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "exact_value"
    )]
    pub entities: Option<Value>,
    /// Files that came with the message and were not stored.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted_files: Vec<OmittedFile>,
}

/// Attached picture or file, stored elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// `image`, `file` or the author's own kind.
    pub kind: String,
    /// URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// File that came with a message and was not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OmittedFile {
    /// Its name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Redacted<String>>,
    /// Its bytes, if they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Why it was not stored.
    pub reason: OmissionReason,
}

/// Why a file was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OmissionReason {
    /// The message has more files than a message may have.
    TooMany,
    /// It, or all files of the message together, are too large.
    TooLarge,
    /// Its carrier did not hand it over.
    NotFetched,
}

/// Call of a tool, as the message with its result repeats it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolResult {
    /// Name of the tool.
    pub name: String,
    /// Arguments as the model wrote them.
    pub arguments: Redacted<String>,
    /// The result is an error.
    #[serde(default)]
    pub is_error: bool,
    /// Time that the call took.
    #[serde(default)]
    pub millis: i64,
}

/// Delivery status of a message sent over a carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Queued for sending.
    Queued,
    /// Handed to the carrier.
    Sent,
    /// Delivered to the recipient.
    Delivered,
    /// Refused or failed.
    Failed,
    /// The connection to the carrier was lost, or the server stopped, while the message was handed over: it may have been
    /// accepted, and is not sent again.
    Unknown,
}

/// Changes to [`MessageDetails`]. `None` keeps a field, `Some(None)` clears it.
#[derive(Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of MessageDetails")]
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

/// Hides the content, which is message text.
impl std::fmt::Debug for UpdateMessageDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<private>")
    }
}

impl MessageDetails {
    /// Maximum size of the stored form, in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Serializes to the stored form; `None` if all fields are absent.
    ///
    /// # Errors
    /// `Invalid` if it exceeds [`MessageDetails::MAX_BYTES`] or one of its short texts is too long.
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

    /// Parses the output of [`MessageDetails::to_text`]. A damaged text yields the default, so that it does not hide
    /// its row.
    pub fn from_text(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }
}

/// Hides the content, which is message text; shows only whether any is present.
impl std::fmt::Debug for MessageDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::default() {
            "<none>"
        } else {
            "<private>"
        })
    }
}
