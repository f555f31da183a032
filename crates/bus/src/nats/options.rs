//! How a NATS server is reached.

use std::path::PathBuf;

use async_nats::ServerAddr;
use parlor_model::{Error, Result};
use percent_encoding::percent_decode_str;

/// Servers of one NATS cluster, and how this node proves who it is.
#[derive(Clone)]
pub struct NatsOptions {
    servers: Vec<ServerAddr>,
    /// File with a user's JWT and seed, as `nsc` writes it.
    pub credentials_file: Option<PathBuf>,
    /// File with certificates of authorities, in PEM; without it those of the system count.
    pub certificates_file: Option<PathBuf>,
    /// Subject of all messages. Nodes of one database use the same, and those of another database another one.
    pub subject: String,
}

impl NatsOptions {
    /// Parses addresses: `nats://HOST:PORT` or `tls://HOST:PORT`, separated by commas. A user, with or without a password,
    /// or a token may stand before the host.
    ///
    /// # Errors
    /// `Internal` with the reason for an address that is none; it does not have the address, which may have a password.
    pub fn parse(servers: &str, subject: String) -> Result<Self> {
        let servers = servers
            .split(',')
            .map(|server| server.trim().parse::<ServerAddr>().map_err(Error::internal))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            servers,
            credentials_file: None,
            certificates_file: None,
            subject,
        })
    }

    /// Returns whether an address has a password or a token.
    pub fn has_secret(&self) -> bool {
        let has_user = |server: &ServerAddr| server.as_url_str().contains('@');
        self.servers.iter().any(has_user)
    }

    /// Returns the user of the addresses, and the password; a user without one is a token. It is the same for all servers:
    /// that of the first address that has one counts.
    pub(super) fn user(&self) -> Option<(String, Option<String>)> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let mut users = self.servers.iter().filter_map(|server| {
            let url = server.clone().into_inner();
            let user = decode(url.username());
            (!user.is_empty()).then(|| (user, url.password().map(decode)))
        });
        users.next()
    }

    pub(super) fn servers(&self) -> &[ServerAddr] {
        &self.servers
    }

    /// Returns whether a server requires TLS.
    pub(super) fn requires_tls(&self) -> bool {
        self.servers.iter().any(ServerAddr::tls_required)
    }
}

impl std::fmt::Debug for NatsOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses may have passwords.
        f.debug_struct("NatsOptions").finish_non_exhaustive()
    }
}
