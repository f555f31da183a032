//! Servers with the endpoint `POST {base_url}/chat/completions`, as OpenAI defined it: OpenAI itself, llama.cpp, Ollama,
//! vLLM and many more. Responses are streamed, and read with tolerance for what such servers do differently.

mod api_key;
mod body;
mod chunk;
mod chunk_decoder;
mod classify;
mod http_client;
mod request_body;
mod response;
mod retry_after;
mod stream;
mod tool_call_collector;

use std::sync::Arc;

use parlor_model::time::Clock;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Url};
use tokio::time::{Instant, timeout_at};

use self::api_key::ApiKey;
use self::request_body::RequestBodyOptions;
use self::stream::StreamDeadlines;
use super::dependencies::ProviderDependencies;
use super::error::{ProviderError, ProviderErrorKind};
use super::event::CompletionStream;
use super::network_policy::NetworkPolicy;
use super::request::CompletionRequest;
use super::settings::{
    ProviderLimits, ProviderSettings, ProviderSettingsError, ProviderTimeouts,
    chat_completions_url, header_map,
};
use super::{CompletionFuture, Provider};

/// Media type of streamed responses.
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Checks a base URL whose host is an address.
///
/// # Errors
/// If the base URL cannot be used or its address may not be called.
pub(super) fn verify_address(
    settings: &ProviderSettings,
    networks: &NetworkPolicy,
) -> Result<(), ProviderSettingsError> {
    if http_client::allows_host(&chat_completions_url(settings)?, networks) {
        return Ok(());
    }
    Err(ProviderSettingsError {
        field: "base_url",
        reason: "must be a public address, or one in the networks that the operator of the server allows",
    })
}

/// Provider for servers with the endpoint `chat/completions`. It neither retries nor has a circuit breaker.
pub struct OpenAiProvider {
    client: Client,
    url: Url,
    headers: HeaderMap,
    api_key: ApiKey,
    model: String,
    body_options: RequestBodyOptions,
    timeouts: ProviderTimeouts,
    limits: ProviderLimits,
    networks: NetworkPolicy,
    clock: Arc<dyn Clock>,
}

impl OpenAiProvider {
    /// Creates a provider of valid settings.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn new(
        settings: &ProviderSettings,
        dependencies: &ProviderDependencies,
    ) -> Result<Self, ProviderSettingsError> {
        settings.validate()?;
        let url = chat_completions_url(settings)?;
        let mut headers = header_map(settings)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, EVENT_STREAM);
        Ok(Self {
            client: http_client::build_client(&url, settings, &dependencies.networks)?,
            url,
            headers,
            api_key: ApiKey::from_settings(settings),
            model: settings.model.clone().unwrap_or_default(),
            body_options: RequestBodyOptions {
                max_tokens_field: settings.max_tokens_field,
                request_usage: settings.request_usage,
            },
            timeouts: settings.timeouts,
            limits: settings.limits,
            networks: dependencies.networks.clone(),
            clock: Arc::clone(&dependencies.clock),
        })
    }

    async fn start_completion(
        &self,
        request: &CompletionRequest,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        if !http_client::allows_host(&self.url, &self.networks) {
            return Err(ProviderError::new(ProviderErrorKind::AddressForbidden));
        }
        let deadlines = StreamDeadlines::new(Instant::now(), self.timeouts);
        let mut http_request = self
            .client
            .post(self.url.clone())
            .headers(self.headers.clone())
            .body(request_body::encode(
                request,
                &self.model,
                self.body_options,
            )?);
        if let Some(value) = self.api_key.read().await? {
            http_request = http_request.header(AUTHORIZATION, value);
        }
        let response = timeout_at(deadlines.first_token(), http_request.send())
            .await
            .map_err(|_| deadlines.first_token_error())?
            .map_err(|error| http_client::send_error(&error))?;
        let message_count = request.messages.len();
        let reader = response::ResponseReader {
            limits: self.limits,
            deadlines,
            message_count,
            now: self.clock.now(),
        };
        reader.read(response).await
    }
}

impl Provider for OpenAiProvider {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        Box::pin(self.start_completion(request))
    }
}
