//! Requests to a provider, independent of a protocol.

use parlor_model::redacted::Redacted;
use serde_json::Value;

/// A conversation to complete.
#[derive(Debug, Clone, Default)]
pub struct CompletionRequest {
    /// Name of the model, instead of the provider's own.
    pub model: Option<String>,
    /// The conversation so far, oldest message first.
    pub messages: Vec<PromptMessage>,
    /// Tools that the model may call.
    pub tools: Vec<ToolDefinition>,
    /// Maximum number of tokens of the response.
    pub max_tokens: Option<u32>,
    /// Randomness of the response; the provider's default if `None`.
    pub temperature: Option<f64>,
    /// Texts before which the response ends.
    pub stop: Redacted<Vec<String>>,
}

/// A message with its role. The role is not part of the text, so that no text can claim another role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptMessage {
    /// Instructions of the operator.
    System(Redacted<String>),
    /// A message of a person.
    User {
        /// Who speaks, where several people do: a name without line breaks.
        speaker: Option<Redacted<String>>,
        /// Text.
        text: Redacted<String>,
    },
    /// A message of the model.
    Assistant {
        /// Text; empty if the model called tools only.
        text: Redacted<String>,
        /// Tools that the model called.
        tool_calls: Vec<ToolCall>,
    },
    /// The result of a tool call.
    Tool {
        /// [`ToolCall::id`] of the call.
        tool_call_id: String,
        /// What the tool returned, or its error.
        result: Redacted<String>,
    },
}

impl PromptMessage {
    /// Creates a message with the operator's instructions.
    pub fn system(text: impl Into<String>) -> Self {
        Self::System(Redacted(text.into()))
    }
    /// Creates a message of a person.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User {
            speaker: None,
            text: Redacted(text.into()),
        }
    }
    /// Creates a message of the model without tool calls.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Assistant {
            text: Redacted(text.into()),
            tool_calls: Vec::new(),
        }
    }
    /// Returns the number of bytes of the texts.
    pub fn byte_len(&self) -> usize {
        match self {
            Self::System(text) => text.len(),
            Self::User { speaker, text } => {
                text.len() + speaker.as_ref().map_or(0, |name| name.len())
            }
            Self::Assistant { text, tool_calls } => {
                let calls = tool_calls.iter();
                let calls = calls.map(|call| call.name.len() + call.arguments.len());
                text.len() + calls.sum::<usize>()
            }
            Self::Tool { result, .. } => result.len(),
        }
    }
    /// Creates the result of a tool call.
    pub fn tool(tool_call_id: impl Into<String>, result: impl Into<String>) -> Self {
        Self::Tool {
            tool_call_id: tool_call_id.into(),
            result: Redacted(result.into()),
        }
    }
}

/// A tool that the model may call.
#[derive(Debug, Clone)]
pub struct ToolDefinition {
    /// Name, made of letters, digits, `_` and `-`.
    pub name: String,
    /// What the tool does, for the model.
    pub description: Redacted<String>,
    /// JSON schema of the arguments.
    pub parameters: Redacted<Value>,
}

impl ToolDefinition {
    /// Returns the number of bytes of the texts.
    pub fn byte_len(&self) -> usize {
        let parameters = self.parameters.to_string();
        self.name.len() + self.description.len() + parameters.len()
    }
}

/// A call of a tool by the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// Id that the result names.
    pub id: String,
    /// Name of the tool. It may be unknown.
    pub name: String,
    /// Arguments as the model wrote them: a JSON object, if the model made no mistake.
    pub arguments: Redacted<String>,
}
