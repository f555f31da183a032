//! Time-outs and size limits.

use std::time::Duration;

use serde::Deserialize;

use parlor_channels::duration;

/// Time-outs of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderTimeouts {
    /// Time to connect, TLS included.
    #[serde(deserialize_with = "duration::deserialize")]
    pub connect: Duration,
    /// Time until the model's first token. A model that reads a long prompt on a processor needs minutes. Keep-alive
    /// comments and empty events do not count.
    #[serde(deserialize_with = "duration::deserialize")]
    pub first_token: Duration,
    /// Time between two events after the first token.
    #[serde(deserialize_with = "duration::deserialize")]
    pub between_tokens: Duration,
    /// Time for the whole response.
    #[serde(deserialize_with = "duration::deserialize")]
    pub total: Duration,
}

impl Default for ProviderTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_token: Duration::from_secs(120),
            between_tokens: Duration::from_secs(60),
            total: Duration::from_secs(600),
        }
    }
}

/// Size limits of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderLimits {
    /// Maximum number of bytes of one event, comments before it included.
    pub max_event_bytes: usize,
    /// Maximum number of bytes of a response.
    pub max_response_bytes: usize,
}

impl Default for ProviderLimits {
    fn default() -> Self {
        Self {
            max_event_bytes: 1024 * 1024,
            max_response_bytes: 16 * 1024 * 1024,
        }
    }
}
