//! The HTTP client: which addresses it calls, and what its errors mean.
//!
//! Keeps INV-32 (`docs/invariants.md`).

use std::error::Error as StdError;
use std::net::IpAddr;
use std::time::Duration;

use parlor_channels::tls_client_config;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::net::lookup_host;

use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::network_policy::NetworkPolicy;
use crate::provider::settings::{ProviderSettings, ProviderSettingsError};

/// Time after which an unused connection is closed.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Interval of TCP keep-alives. A model may be silent for minutes, and firewalls forget silent connections.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Builds the client. It follows no redirects and uses no proxy, which would call addresses that are not checked.
///
/// # Errors
/// If there is no TLS configuration for an `https` URL.
pub(super) fn build_client(
    url: &Url,
    settings: &ProviderSettings,
    networks: &NetworkPolicy,
) -> Result<Client, ProviderSettingsError> {
    let error = |reason| ProviderSettingsError {
        field: "base_url",
        reason,
    };
    let mut builder = Client::builder()
        .user_agent(concat!("parlor/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(settings.timeouts.connect)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .tcp_keepalive(TCP_KEEPALIVE)
        .dns_resolver(CheckedResolver {
            networks: networks.clone(),
        });
    // Certificates are read for https only. Without a configuration of its own, reqwest asks for a global one.
    let tls = tls_client_config().ok_or_else(|| error("cannot be used: TLS is not available"))?;
    builder = builder.tls_backend_preconfigured(tls);
    if url.scheme() == "https" {
        builder = builder.https_only(true);
    }
    builder
        .build()
        .map_err(|_| error("cannot be used: the HTTP client does not start"))
}

/// Returns whether the host of a URL may be called, if it is an address. A name is checked after its look-up.
pub(super) fn allows_host(url: &Url, networks: &NetworkPolicy) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>()
        .map_or(true, |address| networks.allows(address))
}

/// Resolver that drops addresses which may not be called. The connection is made to an address that it returned, which
/// prevents DNS rebinding.
struct CheckedResolver {
    networks: NetworkPolicy,
}

/// Error of the resolver: every address of the name is in a network that may not be called.
#[derive(Debug, thiserror::Error)]
#[error("no address of the host may be called")]
struct ForbiddenHost;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.networks.clone();
        Box::pin(async move {
            // The client replaces port 0 by the port of the URL.
            let found: Vec<_> = lookup_host((name.as_str(), 0)).await?.collect();
            let is_found = !found.is_empty();
            let allowed: Vec<_> = found
                .into_iter()
                .filter(|address| networks.allows(address.ip()))
                .collect();
            if allowed.is_empty() && is_found {
                return Err(ForbiddenHost.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Converts an error of sending the request.
pub(super) fn send_error(error: &reqwest::Error) -> ProviderError {
    let mut source: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = source {
        if cause.is::<ForbiddenHost>() {
            return ProviderError::new(ProviderErrorKind::AddressForbidden);
        }
        source = cause.source();
    }
    if error.is_connect() && error.is_timeout() {
        return ProviderError::new(ProviderErrorKind::TimedOut).with_context("connecting");
    }
    if error.is_connect() {
        return ProviderError::new(ProviderErrorKind::Unreachable).with_context("connecting");
    }
    ProviderError::new(ProviderErrorKind::Interrupted).with_context("waiting for the response")
}
