//! TLS of outbound connections.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// Builds the TLS configuration with the root certificates of the operating system. `None` if that fails.
pub fn tls_client_config() -> Option<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(config)
}
