//! The key that requests carry.

use std::path::PathBuf;

use reqwest::header::HeaderValue;

use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::settings::{ProviderApiKey, ProviderSettings};

/// Where the key comes from.
pub(super) enum ApiKey {
    None,
    Text(ProviderApiKey),
    File(PathBuf),
}

impl ApiKey {
    pub(super) fn from_settings(settings: &ProviderSettings) -> Self {
        match (&settings.api_key, &settings.api_key_file) {
            (Some(key), _) => Self::Text(key.clone()),
            (None, Some(path)) => Self::File(path.clone()),
            (None, None) => Self::None,
        }
    }

    /// Returns the value of the `Authorization` header. A file is read each time, so that its key can be replaced.
    ///
    /// # Errors
    /// `KeyUnreadable` if the file cannot be read or contains no key.
    pub(super) async fn read(&self) -> Result<Option<HeaderValue>, ProviderError> {
        let key = match self {
            Self::None => return Ok(None),
            Self::Text(key) => key.clone(),
            Self::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path));
                let text = read.await.ok().and_then(Result::ok).ok_or(KEY_ERROR)?;
                ProviderApiKey::from(text.trim())
            }
        };
        let key = key.expose();
        if key.is_empty() {
            return Err(KEY_ERROR);
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| KEY_ERROR)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

const KEY_ERROR: ProviderError = ProviderError::new(ProviderErrorKind::KeyUnreadable);
