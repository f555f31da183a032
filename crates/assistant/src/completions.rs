//! One-off completions for the engine.

use std::sync::Arc;

use parlor_engine::outbound::{
    CompletionPart, CompletionPartFuture, CompletionParts, CompletionPartsFuture, CompletionPrompt,
    Completions,
};
use parlor_engine::{Engine, assistant_settings, turn};
use parlor_model::message::MessageRole;
use parlor_model::turn::{TurnError, TurnFinish, TurnUsage};

use crate::provider::{
    CompletionEvent, CompletionRequest, CompletionStream, FinishReason, PromptMessage, TokenUsage,
};
use crate::registry::{ProviderRegistry, ResolvedProvider};
use crate::turn::turn_error;

/// Completions by the providers of a registry.
pub struct RegistryCompletions(Arc<ProviderRegistry>);

impl RegistryCompletions {
    /// Creates completions by these providers.
    pub const fn new(registry: Arc<ProviderRegistry>) -> Self {
        Self(registry)
    }

    async fn begin(
        &self,
        engine: &Engine,
        ws: i64,
        prompt: CompletionPrompt,
    ) -> Result<Box<dyn CompletionParts>, TurnError> {
        let provider = find_provider(engine, &self.0, ws)
            .await
            .map_err(|_| TurnError::Internal)?
            .ok_or(TurnError::Unavailable)?;
        if exceeds_daily_limit(engine, ws, &provider)
            .await
            .map_err(|_| TurnError::Internal)?
        {
            return Err(TurnError::DailyLimit);
        }
        let request = to_request(prompt, &provider);
        let stream = provider.provider.complete(&request).await;
        Ok(Box::new(ProviderParts {
            stream: stream.map_err(|error| turn_error(&error))?,
            usage: TurnUsage::default(),
        }))
    }
}

impl Completions for RegistryCompletions {
    fn complete<'a>(
        &'a self,
        engine: &'a Engine,
        ws: i64,
        prompt: CompletionPrompt,
    ) -> CompletionPartsFuture<'a> {
        Box::pin(self.begin(engine, ws, prompt))
    }
}

fn to_request(prompt: CompletionPrompt, provider: &ResolvedProvider) -> CompletionRequest {
    let instructions = prompt.instructions.map(PromptMessage::System);
    let messages = prompt.messages.into_iter().filter_map(|(role, text)| {
        Some(match role {
            MessageRole::User => PromptMessage::User(text),
            MessageRole::Assistant => PromptMessage::assistant(text.0),
            MessageRole::System | MessageRole::Context => PromptMessage::System(text),
            MessageRole::Tool => return None,
        })
    });
    CompletionRequest {
        model: prompt.model.or_else(|| provider.model.clone()),
        messages: instructions.into_iter().chain(messages).collect(),
        max_tokens: provider.limits.max_output_tokens,
        ..CompletionRequest::default()
    }
}

/// Response of a provider as parts of a completion.
struct ProviderParts {
    stream: Box<dyn CompletionStream>,
    usage: TurnUsage,
}

impl ProviderParts {
    async fn receive(&mut self) -> Result<CompletionPart, TurnError> {
        loop {
            let event = self.stream.next_event().await;
            match event.map_err(|error| turn_error(&error))? {
                Some(CompletionEvent::TextDelta(text)) => return Ok(CompletionPart::Text(text)),
                // No tool was offered.
                Some(CompletionEvent::ToolCall(_)) => {}
                Some(CompletionEvent::Usage(usage)) => add_usage(&mut self.usage, usage),
                Some(CompletionEvent::End(reason)) => {
                    return Ok(CompletionPart::End {
                        finish: finish_of(reason)?,
                        usage: self.usage,
                    });
                }
                None => return Err(TurnError::InvalidResponse),
            }
        }
    }
}

impl CompletionParts for ProviderParts {
    fn next_part(&mut self) -> CompletionPartFuture<'_> {
        Box::pin(self.receive())
    }
}

/// Returns the provider of a workspace. Settings that cannot be used, because the server's have changed since they were
/// stored, count as none.
pub(crate) async fn find_provider(
    engine: &Engine,
    providers: &ProviderRegistry,
    ws: i64,
) -> parlor_model::Result<Option<ResolvedProvider>> {
    let settings = assistant_settings::find_with_secrets(engine, ws).await?;
    Ok(providers
        .resolve(settings.as_ref())
        .unwrap_or_else(|error| {
            tracing::warn!(
                ws,
                field = error.field,
                "the settings of a workspace's assistants are not valid"
            );
            None
        }))
}

/// Returns whether a workspace has used its requests or tokens of the day.
pub(crate) async fn exceeds_daily_limit(
    engine: &Engine,
    ws: i64,
    provider: &ResolvedProvider,
) -> parlor_model::Result<bool> {
    let limits = &provider.limits;
    if limits.requests_per_day.is_none() && limits.tokens_per_day.is_none() {
        return Ok(false);
    }
    let used = turn::usage_today(engine, ws).await?;
    let tokens = used.tokens.input_tokens + used.tokens.output_tokens;
    let reaches = |used: i64, limit: Option<u64>| {
        limit.is_some_and(|limit| u64::try_from(used).is_ok_and(|used| used >= limit))
    };
    Ok(reaches(used.requests, limits.requests_per_day) || reaches(tokens, limits.tokens_per_day))
}

pub(crate) fn add_usage(total: &mut TurnUsage, usage: TokenUsage) {
    let count = |tokens| i64::try_from(tokens).unwrap_or(i64::MAX);
    total.input_tokens = total.input_tokens.saturating_add(count(usage.input_tokens));
    total.output_tokens = total
        .output_tokens
        .saturating_add(count(usage.output_tokens));
}

/// Returns how an answer ended.
///
/// # Errors
/// `ContentFilter` if the provider withholds the rest.
pub(crate) fn finish_of(reason: FinishReason) -> Result<TurnFinish, TurnError> {
    match reason {
        FinishReason::Length => Ok(TurnFinish::Length),
        FinishReason::ContentFilter => Err(TurnError::ContentFilter),
        FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Other => Ok(TurnFinish::Stop),
    }
}
