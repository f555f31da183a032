//! Connecting to PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::{Error, Result};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Bounds;

/// Timeout of connecting: an unreachable server must not hold a request for minutes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Idle time before the first TCP keep-alive probe; the system's default is two hours.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// Interval between keep-alive probes.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
/// Number of unanswered probes that end the connection.
const KEEPALIVE_RETRIES: u32 = 3;

/// Connection parameters of a PostgreSQL server.
pub struct ConnectTarget {
    /// Server, user and connection timeouts.
    pub config: Config,
    /// TLS connector with certificate verification.
    pub tls: MakeRustlsConnect,
    bounds: Bounds,
}

impl ConnectTarget {
    /// Parses a `postgres://` URL.
    ///
    /// # Errors
    /// `Invalid`; its text never contains the URL, which may hold a password.
    pub fn parse(url: &str, bounds: Bounds) -> Result<Self> {
        let mut config: Config = url
            .parse()
            // The parser's message may quote the URL, which may hold a password.
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

    /// Returns the statements that set the timeouts of a connection. They are set after connecting, because poolers such
    /// as PgBouncer may refuse startup options.
    pub(super) fn bounds_text(&self) -> String {
        format!(
            "set statement_timeout = {}; set lock_timeout = {}; set idle_in_transaction_session_timeout = {}",
            self.bounds.statement_timeout.as_millis(),
            self.bounds.lock_timeout.as_millis(),
            self.bounds.idle_transaction_timeout.as_millis(),
        )
    }
}

/// Creates a TLS configuration that verifies server certificates against the system's roots.
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
