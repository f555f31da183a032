//! Addresses that may be called on behalf of customers. This prevents server-side request forgery: a configured URL
//! must not reach local ports, private networks or a cloud's metadata service.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Public networks, and private networks that the operator allows.
#[derive(Debug, Clone, Default)]
pub struct AllowedNetworks {
    allowed: Vec<IpNet>,
}

impl AllowedNetworks {
    /// Allows the given private networks in addition to the public ones.
    pub const fn with_allowed(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Allows every network, for addresses that the operator has named.
    pub(crate) fn all() -> Self {
        let every = [
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        ];
        let every = every.map(|address| IpNet::new_assert(address, 0));
        Self::with_allowed(every.to_vec())
    }

    /// Returns whether an address may be called. IPv4-mapped addresses are judged as IPv4.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address)
            || self
                .allowed
                .iter()
                .any(|network| network.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (18..20).contains(&second);
    let is_protocol = (first, second, third) == (192, 0, 0);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_benchmark
        || is_protocol
        || first == 0
        || first >= 224)
}

/// Accepts global unicast (2000::/3) without 6to4, Teredo and documentation prefixes; tunnels can lead into private
/// networks.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_tunnel = first == 0x2002 || (first == 0x2001 && second == 0);
    let is_documentation = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
    is_global && !is_tunnel && !is_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_allowed() {
        let networks = AllowedNetworks::default();
        for private in [
            "127.0.0.1",
            "127.255.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!networks.allows(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(networks.allows(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn configured_network_is_allowed() {
        let networks = AllowedNetworks::with_allowed(vec!["10.1.0.0/16".parse().unwrap()]);
        assert!(networks.allows("10.1.2.3".parse().unwrap()));
        assert!(networks.allows("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!networks.allows("10.2.0.1".parse().unwrap()));
    }
}
