//! Connecting, and telling errors apart without quoting values.

use std::sync::Arc;

use parlor_model::{Error, Result};
use postgres::error::SqlState;
use postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::backend::RETRY;

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
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls()?),
        })
    }

    pub(super) fn connect(&self) -> Result<Client> {
        self.config
            .connect(self.tls.clone())
            .map_err(|error| failed("connect", &error))
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

/// An error for the log: what was tried and the SQL state. The server's message may quote values, so it is left out.
pub(super) fn failed(what: &str, error: &postgres::Error) -> Error {
    match error.code() {
        Some(state) if is_conflict(state) => {
            Error::unavailable(format_args!("{RETRY}{what}: {}", state.code()))
        }
        Some(state) if state.code().starts_with("53") || state.code().starts_with("57") => {
            Error::unavailable(format_args!("{what}: SQL state {}", state.code()))
        }
        Some(state) => {
            let place = error
                .as_db_error()
                .and_then(|error| error.constraint())
                .unwrap_or("");
            Error::internal(format_args!("{what}: SQL state {} {place}", state.code()))
        }
        None if error.is_closed() => Error::unavailable(format_args!("{what}: connection closed")),
        None => Error::unavailable(format_args!("{what}: {error}")),
    }
}

/// Another transaction was in the way: the same work may succeed on a fresh one. A unique violation is one too: it
/// comes where two transactions insert the same key and neither sees the other; the second run will see it.
fn is_conflict(state: &SqlState) -> bool {
    *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::T_R_DEADLOCK_DETECTED
        || *state == SqlState::UNIQUE_VIOLATION
}
