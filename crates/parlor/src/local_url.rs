//! URL of a server for programs on the same machine.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Returns the URL by which local programs reach a server that listens on `address`: an unspecified address becomes
/// the loopback address.
pub(crate) fn local_url(address: SocketAddr) -> String {
    let mut local = address;
    if address.ip().is_unspecified() {
        local.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{local}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unspecified_address_maps_to_loopback() {
        assert_eq!(
            local_url("0.0.0.0:80".parse().unwrap()),
            "http://127.0.0.1:80"
        );
        assert_eq!(local_url("[::]:80".parse().unwrap()), "http://[::1]:80");
    }
}
