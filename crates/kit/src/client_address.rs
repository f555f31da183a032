//! Client addresses for rate limits.

use std::net::{IpAddr, Ipv6Addr};

/// Client address as requests are counted by. An IPv6 client has a whole /64 network, which therefore counts as one
/// address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Creates the address of a client.
    pub fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_address(text: &str) -> ClientAddress {
        ClientAddress::new(text.parse().unwrap())
    }

    #[test]
    fn ipv6_address_maps_to_its_network_or_ipv4() {
        assert_eq!(
            client_address("2001:db8:1:2::1"),
            client_address("2001:db8:1:2:ffff::9")
        );
        assert_ne!(
            client_address("2001:db8:1:2::1"),
            client_address("2001:db8:1:3::1")
        );
        assert_eq!(
            client_address("::ffff:192.0.2.1"),
            client_address("192.0.2.1")
        );
        assert_ne!(client_address("192.0.2.1"), client_address("192.0.2.2"));
    }
}
