//! Connections to agent servers and servers of files. The host name is resolved once, and the connection is made to an
//! address that was checked, which prevents DNS rebinding.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use http::Uri;
use parlor_engine::outbound::AgentServerError;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use crate::{AllowedNetworks, tls_client_config};

/// Byte stream with or without TLS.
pub(crate) trait IoStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> IoStream for T {}

/// Opens connections to servers in the allowed networks.
pub(crate) struct Dialer {
    networks: AllowedNetworks,
    /// Built on first use, because it reads the system's certificates. `None` inside means that building failed.
    tls_config: OnceLock<Option<Arc<ClientConfig>>>,
}

impl Dialer {
    pub(crate) const fn new(networks: AllowedNetworks) -> Self {
        Self {
            networks,
            tls_config: OnceLock::new(),
        }
    }
}

/// Connects to the server of a URL, with TLS for `https`.
///
/// # Errors
/// `AddressForbidden` if no address of the host may be called, otherwise `Unreachable`.
pub(crate) async fn open(
    dialer: &Dialer,
    uri: &Uri,
) -> Result<Box<dyn IoStream>, AgentServerError> {
    let is_secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(AgentServerError::Unreachable),
    };
    let host = uri.host().ok_or(AgentServerError::Unreachable)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let stream = connect_to_host(&dialer.networks, host, port).await?;
    if !is_secure {
        return Ok(Box::new(stream));
    }
    let tls = dialer
        .tls_config
        .get_or_init(|| tls_client_config().map(Arc::new))
        .clone();
    let tls = tls.ok_or(AgentServerError::Unreachable)?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| AgentServerError::Unreachable)?;
    let tls_stream = TlsConnector::from(tls).connect(name, stream).await;
    Ok(Box::new(
        tls_stream.map_err(|_| AgentServerError::Unreachable)?,
    ))
}

/// Connects to the first allowed address of the host that accepts.
async fn connect_to_host(
    networks: &AllowedNetworks,
    host: &str,
    port: u16,
) -> Result<TcpStream, AgentServerError> {
    let addresses: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => lookup_host((host, port))
            .await
            .map_err(|_| AgentServerError::Unreachable)?
            .collect(),
    };
    let mut error = AgentServerError::AddressForbidden;
    for address in addresses
        .into_iter()
        .filter(|address| networks.allows(address.ip()))
    {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // A request is one small write, which Nagle's algorithm would delay.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(_) => error = AgentServerError::Unreachable,
        }
    }
    Err(error)
}
