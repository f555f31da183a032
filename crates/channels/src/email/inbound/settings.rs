//! Settings of the address to which a mail server posts mails.

use std::path::PathBuf;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};

/// Kind of the mail server that posts mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailInKind {
    /// A mail server that posts over HTTP.
    #[default]
    Http,
    /// The simulator that the server starts itself. The section has no other key.
    Simulator,
}

/// Settings of the address to which a mail server posts mails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailInSettings {
    /// Kind of the mail server.
    #[serde(default)]
    pub kind: MailInKind,
    /// Token that the mail server presents.
    #[serde(default)]
    pub token: Option<SecretString>,
    /// File that contains the token alone. It is read for each mail, so that the token can be replaced.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
}

impl MailInSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ChannelSettingsError> {
        if self.kind == MailInKind::Http {
            return self.token_source().map(drop);
        }
        match self.token.is_none() && self.token_file.is_none() {
            true => Ok(()),
            false => Err(settings_error(
                "token",
                "must not be given with the kind simulator",
            )),
        }
    }

    fn token_source(&self) -> Result<SecretSource, ChannelSettingsError> {
        SecretSource::choose("token", self.token.as_ref(), self.token_file.as_deref())
    }
}

/// Checks that requests come from the mail server.
pub struct MailInVerifier {
    token: SecretSource,
}

impl MailInVerifier {
    /// Creates a verifier.
    ///
    /// # Errors
    /// If the settings have no token.
    pub fn new(settings: &MailInSettings) -> Result<Self, ChannelSettingsError> {
        let token = settings.token_source()?;
        Ok(Self { token })
    }

    /// Returns whether a request presents the token. The time that this takes says nothing about the token but its length.
    pub async fn verifies(&self, presented: &str) -> bool {
        let Ok(token) = self.token.read().await else {
            tracing::error!("mail_in.token_file cannot be read");
            return false;
        };
        let token = token.expose_secret().as_bytes();
        verify_slices_are_equal(presented.as_bytes(), token).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_setting_is_named() {
        for text in [
            "",
            "token = ''",
            "kind = 'simulator'\ntoken = 't'",
            "token = 't'\ntoken_file = '/t'",
        ] {
            let settings: MailInSettings = toml::from_str(text).unwrap();
            assert_eq!(settings.validate().unwrap_err().field, "token", "{text}");
        }
        assert!(toml::from_str::<MailInSettings>("tokn = 't'").is_err());
    }
}
