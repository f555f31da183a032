//! Settings of an account at a carrier.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;

use crate::duration;
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};

/// Longest time-out.
const MAX_TIMEOUT: Duration = Duration::from_secs(120);

/// Kind of a carrier's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarrierApi {
    /// Twilio's REST API of 2010, which other carriers offer too.
    Twilio,
    /// The simulator that the server starts itself, which has the API of `Twilio`. The section has no other key.
    Simulator,
}

/// Settings of an account at a carrier of text messages or calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarrierAccountSettings {
    /// Kind of its API.
    pub kind: CarrierApi,
    /// URL before `/2010-04-01`.
    #[serde(default = "default_base_url")]
    pub base_url: String,
    /// Id of the account.
    #[serde(default)]
    pub account_sid: String,
    /// Token of the account.
    #[serde(default)]
    pub auth_token: Option<SecretString>,
    /// File that contains the token alone. It is read for each request, so that the token can be replaced.
    #[serde(default)]
    pub auth_token_file: Option<PathBuf>,
    /// Time for a message or a call, repetitions included.
    #[serde(
        default = "default_timeout",
        deserialize_with = "duration::deserialize"
    )]
    pub timeout: Duration,
}

fn default_base_url() -> String {
    "https://api.twilio.com".to_owned()
}

const fn default_timeout() -> Duration {
    Duration::from_secs(10)
}

impl CarrierAccountSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ChannelSettingsError> {
        if self.kind == CarrierApi::Simulator {
            return self.validate_simulator();
        }
        self.resource_url("Messages.json")?;
        self.token_source()?;
        if self.timeout.is_zero() || self.timeout > MAX_TIMEOUT {
            return Err(settings_error("timeout", "must be up to 2m, and not 0"));
        }
        Ok(())
    }

    /// Checks that there is no account, which the server has with its simulator by itself.
    fn validate_simulator(&self) -> Result<(), ChannelSettingsError> {
        let none = "must not be given with the kind simulator";
        if !self.account_sid.is_empty() {
            return Err(settings_error("account_sid", none));
        }
        if self.auth_token.is_some() || self.auth_token_file.is_some() {
            return Err(settings_error("auth_token", none));
        }
        Ok(())
    }

    /// Returns the URL of a resource of the account, such as `Messages.json`.
    pub(crate) fn resource_url(&self, resource: &str) -> Result<Url, ChannelSettingsError> {
        if self.account_sid.is_empty() {
            return Err(settings_error("account_sid", "is missing"));
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !self.account_sid.chars().all(is_word) {
            return Err(settings_error(
                "account_sid",
                "must be letters, digits, - and _",
            ));
        }
        let error = || {
            settings_error(
                "base_url",
                "must be an http or https URL without a password",
            )
        };
        let mut url = Url::parse(&self.base_url).map_err(|_| error())?;
        let has_password = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.scheme(), "http" | "https") || has_password || url.query().is_some() {
            return Err(error());
        }
        let account = ["2010-04-01", "Accounts", &self.account_sid, resource];
        let mut path = url.path_segments_mut().map_err(|()| error())?;
        path.pop_if_empty().extend(account);
        drop(path);
        Ok(url)
    }

    pub(crate) fn token_source(&self) -> Result<SecretSource, ChannelSettingsError> {
        let file = self.auth_token_file.as_deref();
        SecretSource::choose("auth_token", self.auth_token.as_ref(), file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "kind = 'twilio'\naccount_sid = 'AC1'\n";

    fn parse(text: &str) -> CarrierAccountSettings {
        toml::from_str(&format!("{ACCOUNT}{text}")).unwrap()
    }

    #[test]
    fn account_and_token_are_enough() {
        let settings = parse("auth_token_file = '/run/token'");
        settings.validate().unwrap();
        assert_eq!(settings.timeout, Duration::from_secs(10));
        let url = settings.resource_url("Messages.json").unwrap();
        let path = "2010-04-01/Accounts/AC1/Messages.json";
        assert_eq!(url.as_str(), format!("https://api.twilio.com/{path}"));
        let settings = parse("auth_token = 't'\nbase_url = 'http://127.0.0.1:9/carrier/'");
        let url = settings.resource_url("Messages.json").unwrap();
        assert_eq!(url.as_str(), format!("http://127.0.0.1:9/carrier/{path}"));
    }

    #[test]
    fn invalid_setting_is_named() {
        for (text, field) in [
            ("", "auth_token"),
            ("auth_token = ''", "auth_token"),
            ("auth_token = 't'\nauth_token_file = '/t'", "auth_token"),
            ("auth_token = 't'\ntimeout = 0", "timeout"),
            ("auth_token = 't'\ntimeout = '3m'", "timeout"),
            ("auth_token = 't'\nbase_url = 'ftp://host'", "base_url"),
            ("auth_token = 't'\nbase_url = 'host'", "base_url"),
            ("auth_token = 't'\nbase_url = 'http://a:b@host'", "base_url"),
            ("auth_token = 't'\nbase_url = 'http://host?a=b'", "base_url"),
        ] {
            assert_eq!(parse(text).validate().unwrap_err().field, field, "{text}");
        }
        for (text, field) in [
            ("kind = 'twilio'", "account_sid"),
            ("kind = 'simulator'\naccount_sid = 'AC1'", "account_sid"),
            ("kind = 'simulator'\nauth_token = 't'", "auth_token"),
        ] {
            let settings: CarrierAccountSettings = toml::from_str(text).unwrap();
            assert_eq!(settings.validate().unwrap_err().field, field, "{text}");
        }
        let settings = CarrierAccountSettings {
            account_sid: "AC1/../x".to_owned(),
            ..parse("auth_token = 't'")
        };
        assert_eq!(settings.validate().unwrap_err().field, "account_sid");
        assert!(
            toml::from_str::<CarrierAccountSettings>(&format!("{ACCOUNT}token = 't'")).is_err()
        );
    }
}
