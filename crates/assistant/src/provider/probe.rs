//! A trial request, which measures a provider or tells what is wrong.

use std::time::Duration;

use parlor_model::redacted::Redacted;
use tokio::time::Instant;

use super::Provider;
use super::error::ProviderError;
use super::event::{CompletionEvent, FinishReason, TokenUsage};
use super::request::{CompletionRequest, PromptMessage};

/// Maximum number of tokens of the trial. Models that think before they answer need more than a few.
const PROBE_MAX_TOKENS: u32 = 256;

/// Text of the trial, if the operator gives none.
const PROBE_PROMPT: &str = "Say hello in one word.";

/// Options of a trial.
#[derive(Debug, Clone, Default)]
pub struct ProbeOptions {
    /// Name of the model, instead of the provider's own.
    pub model: Option<String>,
    /// Text to send, instead of a greeting.
    pub prompt: Option<Redacted<String>>,
}

/// Result of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// Time from the request to the first text, or to the end if there was no text.
    pub time_to_first_token: Duration,
    /// Time from the request to the end.
    pub total_time: Duration,
    /// Number of tokens, if the provider counted them.
    pub usage: Option<TokenUsage>,
    /// Why the response ended.
    pub finish_reason: FinishReason,
    /// Text of the response.
    pub text: Redacted<String>,
}

/// Why a trial failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}. {remedy}")]
pub struct ProbeFailure {
    /// The error.
    pub error: ProviderError,
    /// What the operator can do.
    pub remedy: &'static str,
}

impl From<ProviderError> for ProbeFailure {
    fn from(error: ProviderError) -> Self {
        Self {
            remedy: error.kind.remedy(),
            error,
        }
    }
}

/// Sends a short request and receives the response to its end.
///
/// # Errors
/// The provider's error with a remedy.
pub async fn probe(
    provider: &dyn Provider,
    options: &ProbeOptions,
) -> Result<ProbeReport, ProbeFailure> {
    let prompt = options.prompt.as_ref().map(|prompt| prompt.as_str());
    let request = CompletionRequest {
        model: options.model.clone(),
        messages: vec![PromptMessage::user(prompt.unwrap_or(PROBE_PROMPT))],
        max_tokens: Some(PROBE_MAX_TOKENS),
        ..CompletionRequest::default()
    };
    let start = Instant::now();
    let mut stream = provider.complete(&request).await?;
    let mut first_token = None;
    let mut usage = None;
    let mut text = Redacted(String::new());
    let mut finish_reason = FinishReason::Other;
    while let Some(event) = stream.next_event().await? {
        match event {
            CompletionEvent::TextDelta(part) => {
                text.0.push_str(&part);
                first_token.get_or_insert_with(|| start.elapsed());
            }
            CompletionEvent::ToolCall(_) => {}
            CompletionEvent::Usage(tokens) => usage = Some(tokens),
            CompletionEvent::End(reason) => finish_reason = reason,
        }
    }
    let total_time = start.elapsed();
    Ok(ProbeReport {
        time_to_first_token: first_token.unwrap_or(total_time),
        total_time,
        usage,
        finish_reason,
        text,
    })
}
