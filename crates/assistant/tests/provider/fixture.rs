//! Providers for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parlor_assistant::provider::{
    CompletionRequest, CompletionResponse, NetworkPolicy, OpenAiProvider, PromptMessage, Provider,
    ProviderDependencies, ProviderError, ProviderKind, ProviderSettings, collect_completion,
};
use parlor_model::time::{Clock, RandomSource, Timestamp};

/// Clock that a test sets.
#[derive(Default)]
pub(crate) struct FakeClock(AtomicI64);

impl FakeClock {
    pub(crate) fn advance(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// Source of always the same bytes.
pub(crate) struct FakeRandom;

impl RandomSource for FakeRandom {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

pub(crate) fn dependencies() -> ProviderDependencies {
    ProviderDependencies {
        clock: Arc::new(FakeClock::default()),
        random: Arc::new(FakeRandom),
        networks: NetworkPolicy::Unrestricted,
    }
}

/// Settings without delays between attempts.
pub(crate) fn settings(base_url: &str) -> ProviderSettings {
    let mut settings = ProviderSettings::new(ProviderKind::Openai);
    settings.base_url = Some(base_url.to_owned().into());
    settings.model = Some("small".to_owned());
    settings.retry.min_delay = Duration::from_millis(1);
    settings.retry.max_delay = Duration::from_millis(1);
    settings
}

/// A provider without retries and circuit breaker.
pub(crate) fn provider(settings: &ProviderSettings) -> OpenAiProvider {
    OpenAiProvider::new(settings, &dependencies()).unwrap()
}

pub(crate) fn request(text: &str) -> CompletionRequest {
    CompletionRequest {
        messages: vec![PromptMessage::user(text)],
        ..CompletionRequest::default()
    }
}

/// Sends a request and receives the response to its end.
pub(crate) async fn complete(
    provider: &dyn Provider,
    request: &CompletionRequest,
) -> Result<CompletionResponse, ProviderError> {
    let mut stream = provider.complete(request).await?;
    collect_completion(stream.as_mut()).await
}
