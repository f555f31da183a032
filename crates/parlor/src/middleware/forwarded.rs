//! Whose request it is when proxies stand between.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;
use parlor_kit::client_address::ClientAddress;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client of a request that came over a connection from `peer`. `X-Forwarded-For` counts only where the peer is a
/// trusted proxy: then it is the last address in it that is none, since anybody may write what stands before.
pub(super) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> ClientAddress {
    let is_trusted = |address: IpAddr| {
        let address = address.to_canonical();
        trusted.iter().any(|network| network.contains(&address))
    };
    let mut client = peer;
    let mut named = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','))
        .map(|text| text.trim().parse::<IpAddr>());
    while is_trusted(client) {
        // A trusted proxy that names nobody, or nobody that can be read, stands for its client.
        match named.next() {
            Some(Ok(before)) => client = before,
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
        for (peer, forwarded, wanted) in [
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
                address(wanted),
                "{peer} {forwarded:?}"
            );
        }
    }
}
