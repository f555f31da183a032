//! TLS of the listener's connections.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::settings_error::{ChannelSettingsError, settings_error};

/// Files of a certificate. They are read for each connection, so that they can be replaced.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate in PEM form, and those that it was signed with.
    pub certificate: PathBuf,
    /// Its key in PEM form.
    pub key: PathBuf,
}

impl TlsFiles {
    /// Reads the files. Blocks.
    ///
    /// # Errors
    /// If one cannot be read, or the key is not that of the certificate.
    pub(super) fn load(&self) -> Result<TlsAcceptor, ChannelSettingsError> {
        let certificate_error = || {
            settings_error(
                "tls_certificate_file",
                "must be a readable file with certificates",
            )
        };
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&self.certificate)
            .map_err(|_| certificate_error())?
            .collect();
        let certificates = certificates.map_err(|_| certificate_error())?;
        if certificates.is_empty() {
            return Err(certificate_error());
        }
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|_| settings_error("tls_key_file", "must be a readable file with a key"))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(certificates, key)
            })
            .map_err(|_| settings_error("tls_key_file", "must be the key of the certificate"))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files without blocking.
    pub(super) async fn acceptor(&self) -> Result<TlsAcceptor, ChannelSettingsError> {
        let files = self.clone();
        let loaded = tokio::task::spawn_blocking(move || files.load()).await;
        loaded.unwrap_or_else(|_| Err(settings_error("tls_key_file", "could not be read")))
    }
}
