//! Settings of the console.

use std::net::SocketAddr;
use std::sync::Arc;

use parlor_console::ConsoleSettings;

use super::ServerOptions;

/// Builds the settings of the console of a server that listens on `address`; `None` if it is switched off.
pub(super) fn build_settings(
    options: &ServerOptions,
    public_url: &str,
    address: SocketAddr,
) -> Option<Arc<ConsoleSettings>> {
    let is_loopback = address.ip().to_canonical().is_loopback();
    options
        .console
        .then(|| Arc::new(ConsoleSettings::new(public_url, is_loopback)))
}
