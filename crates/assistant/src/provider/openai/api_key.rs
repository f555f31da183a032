//! The key that requests carry.

use parlor_channels::SecretSource;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::settings::ProviderSettings;

/// Where the key comes from, if there is one.
pub(super) struct ApiKey(Option<SecretSource>);

impl ApiKey {
    pub(super) fn from_settings(settings: &ProviderSettings) -> Self {
        let text = settings.api_key.as_ref();
        let text = text.map(|key| SecretSource::Text(key.expose().into()));
        let file = settings.api_key_file.clone().map(SecretSource::File);
        Self(text.or(file))
    }

    /// Returns the value of the `Authorization` header. A file is read each time, so that its key can be replaced.
    ///
    /// # Errors
    /// `KeyUnreadable` if the file cannot be read or contains no key.
    pub(super) async fn read(&self) -> Result<Option<HeaderValue>, ProviderError> {
        let Some(source) = &self.0 else {
            return Ok(None);
        };
        let key = source.read().await.map_err(|_| KEY_ERROR)?;
        let key = key.expose_secret();
        if key.is_empty() {
            return Err(KEY_ERROR);
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| KEY_ERROR)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

const KEY_ERROR: ProviderError = ProviderError::new(ProviderErrorKind::KeyUnreadable);
