//! Settings of the ways on which mails come in: an address to which a mail server posts them, and a listener.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use parlor_model::id::WorkspaceId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use super::listener::{MailListenerSettings, MailProtocol, TlsFiles};
use crate::duration;
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};

/// Longest time-out of a connection.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// What mails come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailInKind {
    /// A mail server.
    #[default]
    Server,
    /// The simulator that the server starts itself. The section has no other key.
    Simulator,
}

/// Settings of the ways on which mails come in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailInSettings {
    /// What mails come from.
    #[serde(default)]
    pub kind: MailInKind,
    /// Token that a mail server presents that posts mails.
    #[serde(default)]
    pub token: Option<SecretString>,
    /// File that contains the token alone. It is read for each mail, so that the token can be replaced.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// Address and port on which mail servers are listened to; nowhere if absent.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// Protocol of the listener.
    #[serde(default)]
    pub protocol: MailProtocol,
    /// Name by which the listener greets.
    #[serde(default = "default_hostname")]
    pub hostname: String,
    /// Id of the workspace whose inboxes get the listener's mails; those of all workspaces if absent.
    #[serde(default)]
    pub workspace: Option<String>,
    /// File with the certificate in PEM form, and those that it was signed with.
    #[serde(default)]
    pub tls_certificate_file: Option<PathBuf>,
    /// File with the key of the certificate.
    #[serde(default)]
    pub tls_key_file: Option<PathBuf>,
    /// Whether clients must encrypt the connection.
    #[serde(default)]
    pub require_tls: bool,
    /// Recipients of a mail.
    #[serde(default = "default_max_recipients")]
    pub max_recipients: usize,
    /// Connections at a time.
    #[serde(default = "default_max_connections")]
    pub max_connections: usize,
    /// Connections of a client's address at a time.
    #[serde(default = "default_max_connections_per_address")]
    pub max_connections_per_address: usize,
    /// Mails of a client's address a minute; 0 is no limit.
    #[serde(default = "default_mails_per_minute")]
    pub mails_per_minute: u32,
    /// Refused commands after which the connection is closed.
    #[serde(default = "default_max_errors")]
    pub max_errors: usize,
    /// Time in which a client says nothing, or takes no reply.
    #[serde(
        default = "default_idle_timeout",
        deserialize_with = "duration::deserialize"
    )]
    pub idle_timeout: Duration,
    /// Time for a connection.
    #[serde(
        default = "default_session_timeout",
        deserialize_with = "duration::deserialize"
    )]
    pub session_timeout: Duration,
}

fn default_hostname() -> String {
    "localhost".to_owned()
}

const fn default_max_recipients() -> usize {
    100
}

const fn default_max_connections() -> usize {
    100
}

const fn default_max_connections_per_address() -> usize {
    50
}

const fn default_mails_per_minute() -> u32 {
    600
}

const fn default_max_errors() -> usize {
    20
}

const fn default_idle_timeout() -> Duration {
    // What RFC 5321 asks of servers.
    Duration::from_secs(5 * 60)
}

const fn default_session_timeout() -> Duration {
    Duration::from_secs(30 * 60)
}

impl MailInSettings {
    /// Creates the settings of a mail server that posts mails with a token.
    pub fn from_token(token: SecretString) -> Self {
        Self {
            kind: MailInKind::Server,
            token: Some(token),
            token_file: None,
            listen: None,
            protocol: MailProtocol::default(),
            hostname: default_hostname(),
            workspace: None,
            tls_certificate_file: None,
            tls_key_file: None,
            require_tls: false,
            max_recipients: default_max_recipients(),
            max_connections: default_max_connections(),
            max_connections_per_address: default_max_connections_per_address(),
            mails_per_minute: default_mails_per_minute(),
            max_errors: default_max_errors(),
            idle_timeout: default_idle_timeout(),
            session_timeout: default_session_timeout(),
        }
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ChannelSettingsError> {
        if self.kind == MailInKind::Simulator {
            return self.validate_simulator();
        }
        if self.listen.is_none() || self.token.is_some() || self.token_file.is_some() {
            self.token_source()?;
        }
        self.listener().map(drop)
    }

    /// Checks that there is no other way, which the server has with its simulator by itself.
    fn validate_simulator(&self) -> Result<(), ChannelSettingsError> {
        let none = "must not be given with the kind simulator";
        if self.has_token() {
            return Err(settings_error("token", none));
        }
        match self.listen {
            Some(_) => Err(settings_error("listen", none)),
            None => Ok(()),
        }
    }

    /// Returns the settings of the listener, if there is one.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn listener(&self) -> Result<Option<MailListenerSettings>, ChannelSettingsError> {
        let tls = match (&self.tls_certificate_file, &self.tls_key_file) {
            (Some(certificate), Some(key)) => Some(TlsFiles {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            (None, None) => None,
            (Some(_), None) => return Err(settings_error("tls_key_file", "must be given")),
            (None, Some(_)) => return Err(settings_error("tls_certificate_file", "must be given")),
        };
        if self.require_tls && tls.is_none() {
            let reason = "must not be true without a certificate";
            return Err(settings_error("require_tls", reason));
        }
        let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if self.hostname.is_empty()
            || self.hostname.len() > 255
            || !self.hostname.chars().all(is_host)
        {
            return Err(settings_error("hostname", "must be a name or an address"));
        }
        for (field, number) in [
            ("max_recipients", self.max_recipients),
            ("max_connections", self.max_connections),
            (
                "max_connections_per_address",
                self.max_connections_per_address,
            ),
            ("max_errors", self.max_errors),
        ] {
            if number == 0 || number > 100_000 {
                return Err(settings_error(field, "must be 1 to 100000"));
            }
        }
        for (field, time) in [
            ("idle_timeout", self.idle_timeout),
            ("session_timeout", self.session_timeout),
        ] {
            if time.is_zero() || time > MAX_TIMEOUT {
                return Err(settings_error(field, "must be up to 24h, and not 0"));
            }
        }
        let invalid_id = |_| settings_error("workspace", "must be the id of a workspace");
        let workspace = self.workspace.as_deref().map(Uuid::parse_str);
        let workspace = workspace.transpose().map_err(invalid_id)?;
        Ok(self.listen.map(|address| MailListenerSettings {
            address,
            protocol: self.protocol,
            hostname: self.hostname.clone(),
            workspace: workspace.map(WorkspaceId::new),
            tls,
            require_tls: self.require_tls,
            max_recipients: self.max_recipients,
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            mails_per_minute: self.mails_per_minute,
            max_errors: self.max_errors,
            idle_timeout: self.idle_timeout,
            session_timeout: self.session_timeout,
        }))
    }

    /// Returns whether mails may be posted.
    pub fn has_token(&self) -> bool {
        self.token.is_some() || self.token_file.is_some()
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

    fn parse(text: &str) -> MailInSettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn invalid_setting_is_named() {
        for text in [
            "",
            "token = ''",
            "kind = 'simulator'\ntoken = 't'",
            "token = 't'\ntoken_file = '/t'",
        ] {
            assert_eq!(parse(text).validate().unwrap_err().field, "token", "{text}");
        }
        let both = parse("kind = 'simulator'\nlisten = '127.0.0.1:2525'");
        assert_eq!(both.validate().unwrap_err().field, "listen");
        assert!(toml::from_str::<MailInSettings>("tokn = 't'").is_err());
        for (text, field) in [
            ("token = ''", "token"),
            ("tls_key_file = '/k'", "tls_certificate_file"),
            ("tls_certificate_file = '/c'", "tls_key_file"),
            ("require_tls = true", "require_tls"),
            ("hostname = 'a b'", "hostname"),
            ("max_recipients = 0", "max_recipients"),
            ("max_connections = 0", "max_connections"),
            (
                "max_connections_per_address = 0",
                "max_connections_per_address",
            ),
            ("max_errors = 0", "max_errors"),
            ("idle_timeout = 0", "idle_timeout"),
            ("session_timeout = '48h'", "session_timeout"),
            ("workspace = 'clinic'", "workspace"),
        ] {
            let settings = parse(&format!("listen = '127.0.0.1:0'\n{text}"));
            assert_eq!(settings.validate().unwrap_err().field, field, "{text}");
        }
        for text in [
            "listen = '2525'",
            "protocol = 'pop3'",
            "idle_timeout = 'soon'",
        ] {
            assert!(toml::from_str::<MailInSettings>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn listener_needs_no_token_and_is_off_without_an_address() {
        let settings = parse("listen = '127.0.0.1:2525'\nprotocol = 'lmtp'");
        settings.validate().unwrap();
        let listener = settings.listener().unwrap().unwrap();
        assert_eq!(listener.protocol, MailProtocol::Lmtp);
        assert!(!settings.has_token());
        let settings = parse("token = 't'");
        settings.validate().unwrap();
        assert!(settings.listener().unwrap().is_none());
    }
}
