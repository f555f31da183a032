//! Decodes chunks of a response into events.

use std::collections::VecDeque;

use parlor_model::redacted::Redacted;

use super::chunk::{Choice, Chunk, Delta};
use super::classify;
use super::tool_call_collector::ToolCallCollector;
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::event::{CompletionEvent, FinishReason, TokenUsage};

/// State of a response between its chunks.
pub(super) struct ChunkDecoder {
    tool_calls: ToolCallCollector,
    usage: Option<TokenUsage>,
    finish_reason: Option<FinishReason>,
    message_count: usize,
}

impl ChunkDecoder {
    /// Creates a decoder for the response to a request with so many messages.
    pub(super) fn new(message_count: usize) -> Self {
        Self {
            tool_calls: ToolCallCollector::default(),
            usage: None,
            finish_reason: None,
            message_count,
        }
    }

    /// Returns whether the model has finished. Only the usage may follow.
    pub(super) fn is_finished(&self) -> bool {
        self.finish_reason.is_some()
    }

    /// Decodes a chunk, appends its events, and returns whether the model has written something.
    ///
    /// # Errors
    /// `Malformed` if the chunk is not JSON of the expected form; `TooLarge` if there are too many tool calls; the
    /// server's error if the chunk contains one.
    pub(super) fn decode(
        &mut self,
        data: &str,
        events: &mut VecDeque<CompletionEvent>,
    ) -> Result<bool, ProviderError> {
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| {
            ProviderError::new(ProviderErrorKind::Malformed).with_context("decoding the response")
        })?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(classify::stream_error(&error));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(TokenUsage {
                input_tokens: usage.prompt_tokens.unwrap_or_default(),
                output_tokens: usage.completion_tokens.unwrap_or_default(),
            });
        }
        let mut has_content = false;
        // Only one choice is requested.
        let choices = chunk.choices.unwrap_or_default();
        for choice in choices
            .into_iter()
            .filter(|choice| choice.index.unwrap_or(0) == 0)
        {
            has_content |= self.decode_choice(choice, events)?;
        }
        Ok(has_content)
    }

    fn decode_choice(
        &mut self,
        choice: Choice,
        events: &mut VecDeque<CompletionEvent>,
    ) -> Result<bool, ProviderError> {
        let mut has_content = false;
        if let Some(delta) = choice.delta.or(choice.message) {
            has_content = self.decode_delta(&delta, events)?;
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            self.finish_reason = Some(parse_finish_reason(&reason));
        }
        Ok(has_content)
    }

    fn decode_delta(
        &mut self,
        delta: &Delta,
        events: &mut VecDeque<CompletionEvent>,
    ) -> Result<bool, ProviderError> {
        let mut has_content = false;
        for text in [&delta.content, &delta.refusal].into_iter().flatten() {
            let text = text.as_str();
            if !text.is_empty() {
                has_content = true;
                events.push_back(CompletionEvent::TextDelta(Redacted(text.into_owned())));
            }
        }
        for thought in [&delta.reasoning_content, &delta.reasoning]
            .into_iter()
            .flatten()
        {
            has_content |= !thought.as_str().is_empty();
        }
        for call in delta.tool_calls.iter().flatten() {
            has_content = true;
            self.tool_calls.add(call)?;
        }
        Ok(has_content)
    }

    /// Appends the events at the end of a response.
    ///
    /// # Errors
    /// `Interrupted` if the model has not finished.
    pub(super) fn finish(
        &mut self,
        events: &mut VecDeque<CompletionEvent>,
    ) -> Result<(), ProviderError> {
        let reason = self.finish_reason.ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Interrupted)
                .with_context("the response ended without a finish reason")
        })?;
        // Some servers say `stop` although the model called tools.
        let reason = match reason {
            FinishReason::Stop | FinishReason::Other if !self.tool_calls.is_empty() => {
                FinishReason::ToolCalls
            }
            reason => reason,
        };
        let calls = self.tool_calls.finish(self.message_count);
        events.extend(calls.into_iter().map(CompletionEvent::ToolCall));
        events.extend(self.usage.map(CompletionEvent::Usage));
        events.push_back(CompletionEvent::End(reason));
        Ok(())
    }
}

fn parse_finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}
