//! Passwords and tokens, as configured: the text itself, or a file that has it.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::settings_error::{ChannelSettingsError, settings_error};

/// Where a secret comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// The secret itself.
    Text(SecretString),
    /// A file with the secret alone. It is read for each use, so that the secret can be replaced.
    File(PathBuf),
}

/// A secret that cannot be had: its file cannot be read or is empty.
#[derive(Debug, Clone, Copy)]
pub struct SecretUnreadable;

impl SecretSource {
    /// Chooses the source of a secret that must be there.
    ///
    /// # Errors
    /// If there is none, or both, or the text is empty.
    pub(crate) fn choose(
        field: &'static str,
        text: Option<&SecretString>,
        file: Option<&Path>,
    ) -> Result<Self, ChannelSettingsError> {
        match (text, file) {
            (Some(_), Some(_)) => Err(settings_error(field, "must not be given beside its file")),
            (None, None) => Err(settings_error(field, "or its file must be given")),
            (Some(text), None) if text.expose_secret().is_empty() => {
                Err(settings_error(field, "must not be empty"))
            }
            (Some(text), None) => Ok(Self::Text(text.clone())),
            (None, Some(file)) => Ok(Self::File(file.to_owned())),
        }
    }

    /// Returns the secret.
    ///
    /// # Errors
    /// If its file cannot be read or is empty.
    pub async fn read(&self) -> Result<SecretString, SecretUnreadable> {
        let path = match self {
            Self::Text(text) => return Ok(text.clone()),
            Self::File(path) => path.clone(),
        };
        let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path));
        let text = read.await.ok().and_then(Result::ok).unwrap_or_default();
        match text.trim() {
            "" => Err(SecretUnreadable),
            text => Ok(text.into()),
        }
    }
}
