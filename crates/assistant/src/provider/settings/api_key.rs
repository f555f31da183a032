//! The key of a provider, as configured.

use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Key of a provider. `Debug` hides it, and its memory is overwritten when it is dropped.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct ProviderApiKey(SecretString);

impl ProviderApiKey {
    /// Returns the key itself.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for ProviderApiKey {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for ProviderApiKey {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq for ProviderApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for ProviderApiKey {}

impl Hash for ProviderApiKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}
