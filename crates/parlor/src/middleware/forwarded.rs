//! Client address of requests that pass proxies.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;
use parlor_kit::client_address::ClientAddress;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Determines the client address. If `peer` is a trusted proxy, it is the last address in `X-Forwarded-For` that is not
/// a trusted proxy; earlier entries can be forged. Otherwise it is `peer`.
pub(super) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted_proxies: &[IpNet],
) -> ClientAddress {
    let is_trusted = |address: IpAddr| {
        let address = address.to_canonical();
        trusted_proxies
            .iter()
            .any(|network| network.contains(&address))
    };
    let mut client = peer;
    let mut addresses = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','))
        .map(|text| text.trim().parse::<IpAddr>());
    while is_trusted(client) {
        // Without a valid further entry the proxy itself counts as the client.
        match addresses.next() {
            Some(Ok(previous)) => client = previous,
            Some(Err(_)) | None => break,
        }
    }
    ClientAddress::new(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_behind(peer: &str, forwarded: &[&str]) -> ClientAddress {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted = [
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ];
        client_address(peer.parse().unwrap(), &headers, &trusted)
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress::new(text.parse().unwrap())
    }

    #[test]
    fn forwarded_for_counts_only_from_trusted_proxy() {
        for (peer, forwarded, expected) in [
            ("192.0.2.1", &["198.51.100.7"][..], "192.0.2.1"),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (
                "10.0.0.1",
                &["203.0.113.9, 198.51.100.7, 10.9.9.9"],
                "198.51.100.7",
            ),
            (
                "10.0.0.1",
                &["203.0.113.9", "198.51.100.7, 10.9.9.9"],
                "198.51.100.7",
            ),
            ("2001:db8::1", &["2001:db9:1:1::5"], "2001:db9:1:1::6"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
        ] {
            assert_eq!(
                address_behind(peer, forwarded),
                address(expected),
                "{peer} {forwarded:?}"
            );
        }
    }
}
