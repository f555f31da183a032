//! Providers of chat completions: a request with messages and tools, and a response as a stream of events.
//!
//! [`build_provider`] makes a provider of [`ProviderSettings`]. It retries ([`RetryingProvider`]) and has a circuit
//! breaker ([`CircuitBreakingProvider`]). The kinds are [`OpenAiProvider`], for every server with the endpoint
//! `chat/completions`, and [`EchoProvider`], which needs no model.
//!
//! Keeps INV-55 (`docs/invariants.md`): texts of messages, prompts, arguments and keys are in types whose `Debug` hides
//! them, and errors show none of a server's own words.

mod build;
mod circuit_breaker;
mod dependencies;
mod echo;
mod error;
mod event;
mod network_policy;
mod openai;
mod probe;
mod request;
mod retry;
mod settings;

use std::future::Future;
use std::pin::Pin;

pub use self::build::{build_provider, verify_settings};
pub use self::circuit_breaker::{CircuitBreakerSettings, CircuitBreakingProvider};
pub use self::dependencies::ProviderDependencies;
pub use self::echo::EchoProvider;
pub use self::error::{ProviderError, ProviderErrorKind};
pub use self::event::{
    CompletionEvent, CompletionEventFuture, CompletionResponse, CompletionStream, FinishReason,
    TokenUsage, collect_completion,
};
pub use self::network_policy::NetworkPolicy;
pub use self::openai::OpenAiProvider;
pub use self::probe::{ProbeFailure, ProbeOptions, ProbeReport, probe};
pub use self::request::{CompletionRequest, PromptMessage, ToolCall, ToolDefinition};
pub use self::retry::{RetrySettings, RetryingProvider};
pub use self::settings::{
    ProviderApiKey, ProviderLimits, ProviderSettings, ProviderSettingsError, ProviderTimeouts,
};
pub use parlor_model::assistant_settings::{MaxTokensField, ProviderKind};

/// Future of [`Provider::complete`].
pub type CompletionFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn CompletionStream>, ProviderError>> + Send + 'a>>;

/// A server that completes conversations: a language model writes the next message.
pub trait Provider: Send + Sync + 'static {
    /// Sends a request, and returns the response when it has begun.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream ends the request and closes its connection at once.
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a>;
}

impl<P: Provider + ?Sized> Provider for std::sync::Arc<P> {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        (**self).complete(request)
    }
}
