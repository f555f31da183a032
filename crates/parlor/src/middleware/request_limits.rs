//! Limits that the server configuration sets for every request.

use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

use super::AllowedOrigins;

/// Limits and access rules of the middleware.
#[derive(Debug, Clone)]
pub(crate) struct RequestLimits {
    /// Maximum time until a request is answered, or until it makes progress.
    pub(crate) deadline: Duration,
    /// Proxies whose `X-Forwarded-For` header is trusted.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Origins that may send requests and open WebSockets.
    pub(crate) allowed_origins: AllowedOrigins,
    /// Access to `/metrics` on the main port.
    pub(crate) metrics_access: MetricsAccess,
}

/// Access to `/metrics` on the main port. Metrics name no tenant, but show load and error rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsAccess {
    /// Programs on this machine.
    Local,
    /// All clients.
    All,
    /// No access on this port.
    None,
}
