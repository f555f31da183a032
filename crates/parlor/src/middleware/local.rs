//! Detection of requests from programs on the same machine.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;

use crate::accept::PeerAddress;

/// Headers that proxies add to forwarded requests.
const PROXY_HEADERS: [&str; 7] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// Returns whether a request comes from this machine: the peer and the requested host are loopback addresses, and there
/// is no proxy header and no `Origin`. A local proxy that adds no header and requests the loopback address cannot be
/// detected; such a setup must be stated in the configuration.
pub(super) fn is_local(peer: Option<&PeerAddress>, headers: &HeaderMap) -> bool {
    peer.is_some_and(|peer| peer.0.to_canonical().is_loopback())
        && !PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
        && !headers.contains_key(ORIGIN)
        && headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(is_loopback)
}

/// Returns whether a `Host` value names the loopback interface. This rejects DNS rebinding, where a page's own host
/// name resolves to a loopback address.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_local_request(peer: &str, headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        is_local(Some(&PeerAddress(peer.parse().unwrap())), &map)
    }

    #[test]
    fn request_is_local_only_without_any_sign_of_another_sender() {
        let host = ("host", "127.0.0.1:8080");
        for (peer, name) in [
            ("127.0.0.1", "127.0.0.1:8080"),
            ("127.9.9.9", "localhost"),
            ("::1", "[::1]:8080"),
            ("::ffff:127.0.0.1", "LocalHost:1"),
        ] {
            assert!(is_local_request(peer, &[("host", name)]), "{peer} {name}");
        }
        for peer in ["192.0.2.1", "10.0.0.1", "2001:db8::1"] {
            assert!(!is_local_request(peer, &[host]), "{peer}");
        }
        for name in PROXY_HEADERS {
            assert!(
                !is_local_request("127.0.0.1", &[host, (name, "127.0.0.1")]),
                "{name}"
            );
        }
        for name in ["chat.example.com", "192.0.2.1", "localhost.example", ""] {
            assert!(!is_local_request("127.0.0.1", &[("host", name)]), "{name}");
        }
        assert!(!is_local_request(
            "127.0.0.1",
            &[host, ("origin", "http://127.0.0.1:8080")]
        ));
        assert!(!is_local_request("127.0.0.1", &[]));
        assert!(!is_local(None, &HeaderMap::new()));
    }
}
