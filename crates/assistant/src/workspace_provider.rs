//! The provider of a workspace, and what turns and one-off completions share.

use parlor_engine::{Engine, assistant_settings};
use parlor_model::Result;
use parlor_model::assistant_settings::AssistantSettings;
use parlor_model::turn::{AssistantUsage, TurnError, TurnFinish, TurnUsage};

use crate::provider::{FinishReason, TokenUsage};
use crate::registry::{ProviderRegistry, ResolvedProvider};

/// Finds the provider of a workspace, by number.
pub(crate) async fn find_provider(
    engine: &Engine,
    providers: &ProviderRegistry,
    ws: i64,
) -> Result<Option<ResolvedProvider>> {
    let settings = assistant_settings::find_with_secrets(engine, ws).await?;
    Ok(resolve_provider(providers, settings.as_ref()))
}

/// Returns the provider of a workspace with these settings. Settings that cannot be used, because the server's have
/// changed since they were stored, count as none.
pub(crate) fn resolve_provider(
    providers: &ProviderRegistry,
    settings: Option<&AssistantSettings>,
) -> Option<ResolvedProvider> {
    providers.resolve(settings).unwrap_or_else(|error| {
        tracing::warn!(
            field = error.field,
            "the settings of a workspace's assistants are not valid"
        );
        None
    })
}

/// Returns whether the workspace has a limit of requests or tokens a day.
pub(crate) fn has_daily_limit(provider: &ResolvedProvider) -> bool {
    let limits = &provider.limits;
    limits.requests_per_day.is_some() || limits.tokens_per_day.is_some()
}

/// Returns whether a workspace has used its requests or tokens of the day.
pub(crate) fn exceeds_daily_limit(provider: &ResolvedProvider, used: AssistantUsage) -> bool {
    let limits = &provider.limits;
    let tokens = used.tokens.input_tokens + used.tokens.output_tokens;
    let reaches = |used: i64, limit: Option<u64>| {
        limit.is_some_and(|limit| u64::try_from(used).is_ok_and(|used| used >= limit))
    };
    reaches(used.requests, limits.requests_per_day) || reaches(tokens, limits.tokens_per_day)
}

/// Adds tokens that a provider has counted.
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
