//! Reaching a server: its name is looked up once, and only an address that was judged is called.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use http::Uri;
use parlor_engine::outbound::AgentServerError;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use crate::AllowedNetworks;

/// A connection, secured or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to servers in the networks that may be reached.
pub(crate) struct Dialer {
    networks: AllowedNetworks,
    /// Made when the first server is called that wants it, since it reads the machine's certificates.
    tls: OnceLock<Option<Arc<ClientConfig>>>,
}

impl Dialer {
    pub(crate) const fn new(networks: AllowedNetworks) -> Self {
        Self {
            networks,
            tls: OnceLock::new(),
        }
    }
}

/// Connects to the server of an address.
pub(crate) async fn open(dialer: &Dialer, uri: &Uri) -> Result<Box<dyn Stream>, AgentServerError> {
    let is_secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(AgentServerError::Unreachable),
    };
    let host = uri.host().ok_or(AgentServerError::Unreachable)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let stream = reach(&dialer.networks, host, port).await?;
    if !is_secure {
        return Ok(Box::new(stream));
    }
    let tls = dialer.tls.get_or_init(configuration).clone();
    let tls = tls.ok_or(AgentServerError::Unreachable)?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| AgentServerError::Unreachable)?;
    let secured = TlsConnector::from(tls).connect(name, stream).await;
    Ok(Box::new(
        secured.map_err(|_| AgentServerError::Unreachable)?,
    ))
}

/// The first of the host's addresses that may be called and answers.
async fn reach(
    networks: &AllowedNetworks,
    host: &str,
    port: u16,
) -> Result<TcpStream, AgentServerError> {
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => lookup_host((host, port))
            .await
            .map_err(|_| AgentServerError::Unreachable)?
            .collect(),
    };
    let mut failure = AgentServerError::AddressForbidden;
    for address in found
        .into_iter()
        .filter(|found| networks.allows(found.ip()))
    {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // A question is one small write: it is not kept back for more.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(_) => failure = AgentServerError::Unreachable,
        }
    }
    Err(failure)
}

/// Servers' certificates are checked against the machine's own roots.
fn configuration() -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let made = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(Arc::new(made))
}
