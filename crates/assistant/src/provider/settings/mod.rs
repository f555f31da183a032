//! Settings of a provider, from the configuration of the server or of a workspace.

mod api_key;
mod limits;
mod validate;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use parlor_channels::duration;
use parlor_model::assistant_settings::{MaxTokensField, ProviderKind};
use parlor_model::redacted::Redacted;
use serde::Deserialize;

use super::circuit_breaker::CircuitBreakerSettings;
use super::retry::RetrySettings;

pub use self::api_key::ProviderApiKey;
pub use self::limits::{ProviderLimits, ProviderTimeouts};
pub use self::validate::ProviderSettingsError;
pub(super) use self::validate::{chat_completions_url, header_map};

/// Settings of a provider. Durations are texts such as `500ms` or `30s`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Kind of the provider.
    pub kind: ProviderKind,
    /// URL before `/chat/completions`, such as `http://127.0.0.1:8080/v1`. Its query may contain a key.
    #[serde(default)]
    pub base_url: Option<Redacted<String>>,
    /// Key, sent as a bearer token.
    #[serde(default)]
    pub api_key: Option<ProviderApiKey>,
    /// File that contains the key alone. It is read for each request, so that a key can be replaced.
    #[serde(default)]
    pub api_key_file: Option<PathBuf>,
    /// Name of the model.
    #[serde(default)]
    pub model: Option<String>,
    /// More headers for each request.
    #[serde(default)]
    pub headers: BTreeMap<String, Redacted<String>>,
    /// Name of the field that limits the tokens of a response.
    #[serde(default)]
    pub max_tokens_field: MaxTokensField,
    /// Whether to request the number of tokens. Some old servers refuse that.
    #[serde(default = "default_request_usage")]
    pub request_usage: bool,
    /// Time between two words of `echo`.
    #[serde(default, deserialize_with = "duration::deserialize")]
    pub echo_delay: Duration,
    /// Time-outs of a request.
    #[serde(default)]
    pub timeouts: ProviderTimeouts,
    /// Limits of a response.
    #[serde(default)]
    pub limits: ProviderLimits,
    /// Repetition of failed requests.
    #[serde(default)]
    pub retry: RetrySettings,
    /// Pause after failures.
    #[serde(default)]
    pub circuit_breaker: CircuitBreakerSettings,
}

impl ProviderSettings {
    /// Creates settings with defaults.
    pub fn new(kind: ProviderKind) -> Self {
        Self {
            kind,
            base_url: None,
            api_key: None,
            api_key_file: None,
            model: None,
            headers: BTreeMap::new(),
            max_tokens_field: MaxTokensField::default(),
            request_usage: default_request_usage(),
            echo_delay: Duration::ZERO,
            timeouts: ProviderTimeouts::default(),
            limits: ProviderLimits::default(),
            retry: RetrySettings::default(),
            circuit_breaker: CircuitBreakerSettings::default(),
        }
    }
}

const fn default_request_usage() -> bool {
    true
}

#[cfg(test)]
mod tests;
