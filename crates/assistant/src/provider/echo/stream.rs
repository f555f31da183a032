//! The response of `echo`.

use std::collections::VecDeque;
use std::time::Duration;

use parlor_model::redacted::Redacted;
use tokio::time::{Instant, sleep_until};

use super::script::EchoScript;
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::event::{
    CompletionEvent, CompletionEventFuture, CompletionStream, FinishReason, TokenUsage,
};
use crate::provider::request::{CompletionRequest, PromptMessage};

/// Words that are sent one after the other.
pub(super) struct EchoStream {
    events: VecDeque<Result<CompletionEvent, ProviderError>>,
    delay: Duration,
    /// When the next word is due.
    due: Option<Instant>,
}

impl EchoStream {
    /// Prepares all events.
    ///
    /// # Errors
    /// The error of the script, if it has no words before it; `ContextTooLong` for a prompt that is too long for it.
    pub(super) fn new(
        script: EchoScript,
        delay: Duration,
        request: &CompletionRequest,
    ) -> Result<Self, ProviderError> {
        let input_tokens = request.messages.iter().map(count_words).sum();
        if script
            .max_prompt_words
            .is_some_and(|limit| input_tokens > limit)
        {
            return Err(ProviderError::new(ProviderErrorKind::ContextTooLong));
        }
        let words: Vec<&str> = split_words(&script.text).collect();
        let max_words = request
            .max_tokens
            .map_or(usize::MAX, |count| count as usize);
        let is_cut = words.len() > max_words;
        let sent = words.into_iter().take(max_words);
        let mut events: VecDeque<_> = sent
            .map(|word| Ok(CompletionEvent::TextDelta(Redacted(word.to_owned()))))
            .collect();
        let sent_words = events.len();
        let usage = TokenUsage {
            input_tokens,
            output_tokens: sent_words as u64,
        };
        let finish_reason = match script.tool_calls.len() {
            _ if is_cut => FinishReason::Length,
            0 => FinishReason::Stop,
            _ => FinishReason::ToolCalls,
        };
        events.extend(
            script
                .tool_calls
                .into_iter()
                .map(CompletionEvent::ToolCall)
                .map(Ok),
        );
        events.push_back(Ok(CompletionEvent::Usage(usage)));
        events.push_back(Ok(CompletionEvent::End(finish_reason)));
        if let Some(failure) = script.failure {
            let error = ProviderError::new(failure.kind);
            if failure.after_words == 0 {
                return Err(error);
            }
            events.truncate(failure.after_words.min(sent_words));
            events.push_back(Err(error));
        }
        Ok(Self {
            events,
            delay,
            due: None,
        })
    }

    async fn wait_and_take_event(&mut self) -> Result<Option<CompletionEvent>, ProviderError> {
        if matches!(self.events.front(), Some(Ok(CompletionEvent::TextDelta(_))))
            && !self.delay.is_zero()
        {
            // The time is kept when this future is dropped.
            let due = *self.due.get_or_insert_with(|| Instant::now() + self.delay);
            sleep_until(due).await;
            self.due = None;
        }
        self.events.pop_front().transpose()
    }
}

impl CompletionStream for EchoStream {
    fn next_event(&mut self) -> CompletionEventFuture<'_> {
        Box::pin(self.wait_and_take_event())
    }
}

/// Splits a text after each run of white space, so that the pieces joined are the text.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let gap = &rest[word..];
        let gap = gap.find(|c: char| !c.is_whitespace()).unwrap_or(gap.len());
        let (piece, after) = rest.split_at(word + gap);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn count_words(message: &PromptMessage) -> u64 {
    let text = match message {
        PromptMessage::System(text) | PromptMessage::User { text, .. } => text,
        PromptMessage::Assistant { text, .. } => text,
        PromptMessage::Tool { result, .. } => result,
    };
    text.split_whitespace().count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_joined_are_the_text() {
        for text in ["", " ", "one", " one  two\n\nthree ", "ä ö\u{3000}ü"] {
            let pieces: Vec<&str> = split_words(text).collect();
            assert_eq!(pieces.concat(), text);
        }
        assert_eq!(split_words("a b c").count(), 3);
    }
}
