//! One-off completions for the engine.

use std::sync::Arc;

use parlor_engine::outbound::{
    CompletionPart, CompletionPartFuture, CompletionParts, CompletionPartsFuture, CompletionPrompt,
    CompletionWorkspace, Completions,
};
use parlor_model::message::MessageRole;
use parlor_model::turn::{TurnError, TurnUsage};

use crate::failure::turn_error;
use crate::provider::{CompletionEvent, CompletionRequest, CompletionStream, PromptMessage};
use crate::registry::{ProviderRegistry, ResolvedProvider};
use crate::workspace_provider::{add_usage, exceeds_daily_limit, finish_of, resolve_provider};

/// Completions by the providers of a registry.
pub struct RegistryCompletions(Arc<ProviderRegistry>);

impl RegistryCompletions {
    /// Creates completions by these providers.
    pub const fn new(registry: Arc<ProviderRegistry>) -> Self {
        Self(registry)
    }

    async fn begin(
        &self,
        workspace: CompletionWorkspace,
        prompt: CompletionPrompt,
    ) -> Result<Box<dyn CompletionParts>, TurnError> {
        let provider =
            resolve_provider(&self.0, workspace.settings.as_ref()).ok_or(TurnError::Unavailable)?;
        if exceeds_daily_limit(&provider, workspace.used_today) {
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
    fn complete(
        &self,
        workspace: CompletionWorkspace,
        prompt: CompletionPrompt,
    ) -> CompletionPartsFuture<'_> {
        Box::pin(self.begin(workspace, prompt))
    }
}

fn to_request(prompt: CompletionPrompt, provider: &ResolvedProvider) -> CompletionRequest {
    let instructions = prompt.instructions.map(PromptMessage::System);
    let messages = prompt.messages.into_iter().filter_map(|(role, text)| {
        Some(match role {
            MessageRole::User => PromptMessage::user(text.0),
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
