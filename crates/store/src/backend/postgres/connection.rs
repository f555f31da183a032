//! Connecting.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};
use postgres::Client;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Bounds;

/// A server that does not even answer must not hold a request for minutes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that is silent for so long is asked for a sign of life; TCP's own default is two hours.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// Between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
/// So many in vain end the connection.
const KEEPALIVE_RETRIES: u32 = 3;

/// Where to connect to.
pub struct ConnectTarget {
    /// The server, whom to be there, and the times a connection keeps.
    pub config: Config,
    /// How the server's certificate is checked.
    pub tls: MakeRustlsConnect,
    bounds: Bounds,
}

impl ConnectTarget {
    /// Reads a `postgres://` URL.
    ///
    /// # Errors
    /// `Invalid`, without a word of the URL, which may hold a password.
    pub fn parse(url: &str, bounds: Bounds) -> Result<Self> {
        let mut config: Config = url
            .parse()
            // The parser's message may quote the URL, which holds a password.
            .map_err(|_| Error::invalid("database", "is not a valid postgres:// URL"))?;
        config.application_name("parlor");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_tcp_user_timeout().is_none() && !bounds.tcp_user_timeout.is_zero() {
            config.tcp_user_timeout(bounds.tcp_user_timeout);
        }
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls_config()?),
            bounds,
        })
    }

    /// A connection on which nothing takes longer than the bounds allow.
    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        let mut client = self.connect_unbounded()?;
        // Not among the options of the start, which a pooler between here and the server may refuse.
        client.batch_execute(&format!(
            "set statement_timeout = {}; set lock_timeout = {}; set idle_in_transaction_session_timeout = {}",
            self.bounds.statement_timeout.as_millis(),
            self.bounds.lock_timeout.as_millis(),
            self.bounds.idle_transaction_timeout.as_millis(),
        ))?;
        Ok(client)
    }

    /// A connection for what may take long, such as bringing the schema up to date.
    pub(super) fn connect_unbounded(&self) -> Result<Client, postgres::Error> {
        postgres::Config::from(self.config.clone()).connect(self.tls.clone())
    }
}

/// Server certificates are checked against the machine's own roots.
fn tls_config() -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
