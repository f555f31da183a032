//! The JSON of responses, read with tolerance: everything may be missing or null.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A chunk of a stream, or a whole response of a server that does not stream.
#[derive(Deserialize)]
pub(super) struct Chunk {
    pub(super) choices: Option<Vec<Choice>>,
    pub(super) usage: Option<UsageBody>,
    /// An error after the response has begun.
    pub(super) error: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) index: Option<u32>,
    pub(super) delta: Option<Delta>,
    /// In place of `delta`, if the server does not stream.
    pub(super) message: Option<Delta>,
    pub(super) finish_reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Delta {
    pub(super) content: Option<DeltaText>,
    /// Text with which the model refuses to answer.
    pub(super) refusal: Option<DeltaText>,
    /// Thoughts of the model, by the name that vLLM and llama.cpp use. They are no part of the answer.
    pub(super) reasoning_content: Option<DeltaText>,
    /// Thoughts of the model, by the name that Ollama uses.
    pub(super) reasoning: Option<DeltaText>,
    pub(super) tool_calls: Option<Vec<ToolCallDelta>>,
}

/// A text, a list of parts with texts, or something else.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum DeltaText {
    Text(String),
    Parts(Vec<TextPart>),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
pub(super) struct TextPart {
    text: Option<String>,
}

impl DeltaText {
    pub(super) fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Parts(parts) => Cow::Owned(
                parts
                    .iter()
                    .filter_map(|part| part.text.as_deref())
                    .collect(),
            ),
            Self::Other(_) => Cow::Borrowed(""),
        }
    }
}

/// Part of a tool call.
#[derive(Deserialize)]
pub(super) struct ToolCallDelta {
    pub(super) index: Option<u32>,
    pub(super) id: Option<String>,
    pub(super) function: Option<FunctionDelta>,
}

#[derive(Deserialize)]
pub(super) struct FunctionDelta {
    pub(super) name: Option<String>,
    /// A text with JSON. Some servers send the JSON itself.
    pub(super) arguments: Option<Value>,
}

impl FunctionDelta {
    /// Returns the arguments as text.
    pub(super) fn arguments_text(&self) -> Cow<'_, str> {
        match &self.arguments {
            None | Some(Value::Null) => Cow::Borrowed(""),
            Some(Value::String(text)) => Cow::Borrowed(text),
            Some(value) => Cow::Owned(value.to_string()),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct UsageBody {
    pub(super) prompt_tokens: Option<u64>,
    pub(super) completion_tokens: Option<u64>,
}
