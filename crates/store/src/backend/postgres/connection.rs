//! Connecting.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};
use postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server that does not even answer must not hold a request for minutes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where to connect to.
pub(super) struct Target {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Target {
    pub(super) fn parse(url: &str) -> Result<Self> {
        let mut config: Config = url
            .parse()
            // The parser's message may quote the URL, which holds a password.
            .map_err(|_| Error::invalid("database", "is not a valid postgres:// URL"))?;
        config.application_name("parlor");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls()?),
        })
    }

    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        self.config.connect(self.tls.clone())
    }
}

/// Server certificates are checked against the machine's own roots.
fn tls() -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
