//! Settings of the mail server that sends.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::dkim::DkimSettings;
use crate::duration;
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};

/// Longest time-out.
const MAX_TIMEOUT: Duration = Duration::from_secs(120);

/// Encryption of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// The connection is encrypted after `STARTTLS`, which the server must offer; port 587.
    #[default]
    Starttls,
    /// The connection is encrypted from its beginning; port 465.
    Implicit,
    /// The connection is not encrypted; port 25. A password is refused with it.
    None,
}

/// Kind of the mail server that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpKind {
    /// A mail server.
    #[default]
    Smtp,
    /// The simulator that the server starts itself. The section has no other key.
    Simulator,
}

/// Settings of the mail server that sends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Kind of the server.
    #[serde(default)]
    pub kind: SmtpKind,
    /// Name of the server, which its certificate must have.
    #[serde(default)]
    pub host: String,
    /// Port; the usual one of the encryption if absent.
    #[serde(default)]
    pub port: Option<u16>,
    /// Encryption.
    #[serde(default)]
    pub tls: SmtpTls,
    /// File with certificates in PEM form that are trusted besides the system's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// User to log in as; nobody if absent.
    #[serde(default)]
    pub username: Option<String>,
    /// Password of the user.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// File that contains the password alone. It is read for each connection, so that the password can be replaced.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Time for a mail.
    #[serde(
        default = "default_timeout",
        deserialize_with = "duration::deserialize"
    )]
    pub timeout: Duration,
    /// Signatures, by the domain of the sender.
    #[serde(default)]
    pub dkim: Vec<DkimSettings>,
}

const fn default_timeout() -> Duration {
    Duration::from_secs(15)
}

impl SmtpSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ChannelSettingsError> {
        let has_password = self.password.is_some() || self.password_file.is_some();
        if self.kind == SmtpKind::Simulator {
            let has_keys = !self.dkim.is_empty();
            return match self.host.is_empty()
                && self.username.is_none()
                && !has_password
                && !has_keys
            {
                true => Ok(()),
                false => Err(settings_error(
                    "host",
                    "must not be given with the kind simulator, nor a user or keys",
                )),
            };
        }
        if self.host.is_empty() {
            return Err(settings_error("host", "is missing"));
        }
        let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:_".contains(c);
        if !self.host.chars().all(is_host) {
            return Err(settings_error("host", "must be a name or an address"));
        }
        if self.port == Some(0) {
            return Err(settings_error("port", "must not be 0"));
        }
        if self.timeout.is_zero() || self.timeout > MAX_TIMEOUT {
            return Err(settings_error("timeout", "must be up to 2m, and not 0"));
        }
        self.validate_dkim()?;
        if self.username.is_none() && has_password {
            return Err(settings_error("username", "must be given with a password"));
        }
        if self.username.is_some() && self.tls == SmtpTls::None {
            return Err(settings_error(
                "tls",
                "must not be none with a username: the password would be readable on the way",
            ));
        }
        self.login().map(drop)
    }

    fn validate_dkim(&self) -> Result<(), ChannelSettingsError> {
        for (index, dkim) in self.dkim.iter().enumerate() {
            dkim.validate()?;
            let mut before = self.dkim[..index].iter();
            if before.any(|other| other.domain.eq_ignore_ascii_case(&dkim.domain)) {
                return Err(settings_error("dkim.domain", "must be given once"));
            }
        }
        Ok(())
    }

    /// Returns the port.
    pub(super) fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            SmtpTls::Starttls => 587,
            SmtpTls::Implicit => 465,
            SmtpTls::None => 25,
        })
    }

    /// Returns the user with its password, if there is one.
    pub(super) fn login(&self) -> Result<Option<(String, SecretSource)>, ChannelSettingsError> {
        let Some(username) = &self.username else {
            return Ok(None);
        };
        let file = self.password_file.as_deref();
        let password = SecretSource::choose("password", self.password.as_ref(), file)?;
        Ok(Some((username.clone(), password)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> SmtpSettings {
        toml::from_str(&format!("host = 'mail.example'\n{text}")).unwrap()
    }

    #[test]
    fn port_follows_the_encryption() {
        for (text, port) in [
            ("", 587),
            ("tls = 'implicit'", 465),
            ("tls = 'none'", 25),
            ("tls = 'none'\nport = 2525", 2525),
        ] {
            let settings = parse(text);
            settings.validate().unwrap();
            assert_eq!(settings.port(), port);
        }
    }

    #[test]
    fn invalid_setting_is_named() {
        for (text, field) in [
            ("port = 0", "port"),
            ("timeout = 0", "timeout"),
            ("password = 'p'", "username"),
            ("username = 'u'", "password"),
            (
                "username = 'u'\npassword = 'p'\npassword_file = '/p'",
                "password",
            ),
            ("username = 'u'\npassword = 'p'\ntls = 'none'", "tls"),
            (
                "[[dkim]]\ndomain = 'a b'\nselector = 's'\nprivate_key_file = '/k'",
                "dkim.domain",
            ),
            (
                "[[dkim]]\ndomain = 'a.b'\nselector = 's'\nprivate_key_file = '/k'\n[[dkim]]\ndomain = 'A.B'\nselector = 't'\nprivate_key_file = '/l'",
                "dkim.domain",
            ),
        ] {
            assert_eq!(parse(text).validate().unwrap_err().field, field, "{text}");
        }
        for text in ["", "kind = 'simulator'\nhost = 'mail.example'"] {
            let settings: SmtpSettings = toml::from_str(text).unwrap();
            assert_eq!(settings.validate().unwrap_err().field, "host", "{text}");
        }
        let settings = SmtpSettings {
            host: "a b".to_owned(),
            ..parse("")
        };
        assert_eq!(settings.validate().unwrap_err().field, "host");
    }
}
