//! Events of a response.

use std::future::Future;
use std::pin::Pin;

use parlor_model::redacted::Redacted;

use super::error::ProviderError;
use super::request::ToolCall;

/// Part of a response. Text comes first, then tool calls, then the usage if it is known, then the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompletionEvent {
    /// More text of the message.
    TextDelta(Redacted<String>),
    /// A complete tool call.
    ToolCall(ToolCall),
    /// Number of tokens.
    Usage(TokenUsage),
    /// The response is complete. No event follows.
    End(FinishReason),
}

/// Number of tokens of a request and its response, by the provider's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenUsage {
    /// Tokens of the messages and tools.
    pub input_tokens: u64,
    /// Tokens of the response.
    pub output_tokens: u64,
}

/// Why a response ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinishReason {
    /// The model was finished, or wrote a stop text.
    Stop,
    /// The maximum number of tokens was reached. Tool calls may be incomplete.
    Length,
    /// The model called tools and waits for their results.
    ToolCalls,
    /// The provider withheld the rest.
    ContentFilter,
    /// A reason that is not known here.
    Other,
}

impl FinishReason {
    /// Returns the reason as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::ContentFilter => "content_filter",
            Self::Other => "other",
        }
    }
}

/// Future of [`CompletionStream::next_event`]: an event, or `None` after [`CompletionEvent::End`].
pub type CompletionEventFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<CompletionEvent>, ProviderError>> + Send + 'a>>;

/// A response that is being received.
pub trait CompletionStream: Send + 'static {
    /// Returns the next event. After an error there are no more.
    ///
    /// # Cancel safety
    /// Dropping the future loses no event.
    fn next_event(&mut self) -> CompletionEventFuture<'_>;
}

/// A complete response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionResponse {
    /// Text of the message; empty if the model called tools only.
    pub text: Redacted<String>,
    /// Tools that the model called.
    pub tool_calls: Vec<ToolCall>,
    /// Number of tokens, if the provider counted them.
    pub usage: Option<TokenUsage>,
    /// Why the response ended.
    pub finish_reason: FinishReason,
}

/// Receives a response to its end.
///
/// # Errors
/// The stream's error; what was received until then is lost.
pub async fn collect_completion(
    stream: &mut dyn CompletionStream,
) -> Result<CompletionResponse, ProviderError> {
    let mut response = CompletionResponse {
        text: Redacted::default(),
        tool_calls: Vec::new(),
        usage: None,
        finish_reason: FinishReason::Other,
    };
    while let Some(event) = stream.next_event().await? {
        match event {
            CompletionEvent::TextDelta(text) => response.text.0.push_str(&text),
            CompletionEvent::ToolCall(call) => response.tool_calls.push(call),
            CompletionEvent::Usage(usage) => response.usage = Some(usage),
            CompletionEvent::End(reason) => response.finish_reason = reason,
        }
    }
    Ok(response)
}
