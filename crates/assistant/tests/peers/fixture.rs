//! Providers for these servers, and plain requests to their own controls.

use std::sync::Arc;
use std::time::Duration;

use parlor_assistant::provider::{
    CompletionRequest, CompletionResponse, NetworkPolicy, PromptMessage, Provider,
    ProviderDependencies, ProviderError, ProviderKind, ProviderSettings, build_provider,
    collect_completion,
};
use parlor_channels::tls_client_config;
use parlor_model::time::{Clock, RandomSource, Timestamp};
use serde_json::Value;

struct FakeClock;

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }
}

struct FakeRandom;

impl RandomSource for FakeRandom {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

/// Settings with short delays that grow.
pub(crate) fn settings(port: u16) -> ProviderSettings {
    let mut settings = ProviderSettings::new(ProviderKind::Openai);
    settings.base_url = Some(format!("http://127.0.0.1:{port}/v1").into());
    settings.model = Some("tiny".to_owned());
    settings.retry.max_attempts = 3;
    settings.retry.min_delay = Duration::from_millis(60);
    settings
}

pub(crate) fn provider(settings: &ProviderSettings) -> Arc<dyn Provider> {
    let dependencies = ProviderDependencies {
        clock: Arc::new(FakeClock),
        random: Arc::new(FakeRandom),
        networks: NetworkPolicy::Unrestricted,
    };
    build_provider(settings, &dependencies).unwrap()
}

pub(crate) fn request(text: &str) -> CompletionRequest {
    CompletionRequest {
        messages: vec![PromptMessage::user(text)],
        ..CompletionRequest::default()
    }
}

/// Sends a request and receives the response to its end.
pub(crate) async fn complete(
    provider: &Arc<dyn Provider>,
    request: &CompletionRequest,
) -> Result<CompletionResponse, ProviderError> {
    let mut stream = provider.complete(request).await?;
    collect_completion(stream.as_mut()).await
}

/// Sends a request to a server's own controls and returns its answer.
pub(crate) async fn control(method: &str, port: u16, path: &str, body: Option<&Value>) -> Value {
    let url = format!("http://127.0.0.1:{port}{path}");
    let mut request = http_client().request(method.parse().unwrap(), url);
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Returns whether llama.cpp's server has loaded its model.
pub(crate) async fn is_healthy(port: u16) -> bool {
    let url = format!("http://127.0.0.1:{port}/health");
    let response = http_client().get(url).send().await;
    response.is_ok_and(|response| response.status().is_success())
}

fn http_client() -> reqwest::Client {
    let tls = tls_client_config().unwrap();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .unwrap()
}
