//! Names under which the server may be called.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::HOST;
use http::uri::{Authority, Uri};

/// Allows addresses, `localhost` and the name in the public URL. A page that rebinds a name of its own to this server's
/// address (DNS rebinding) has another name in `Host`.
#[derive(Debug, Clone)]
pub(super) struct HostPolicy {
    public_name: Option<String>,
}

impl HostPolicy {
    pub(super) fn new(public_url: &str) -> Self {
        let uri: Option<Uri> = public_url.parse().ok();
        Self {
            public_name: uri.and_then(|uri| uri.host().map(str::to_lowercase)),
        }
    }

    /// Returns whether a request is for this server. Without `Host`, as in HTTP/1.0, it does not come from a browser.
    pub(super) fn allows(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(HOST) else {
            return true;
        };
        let Some(authority) = host
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Authority>().ok())
        else {
            return false;
        };
        let name = authority.host().to_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        address.parse::<IpAddr>().is_ok()
            || name == "localhost"
            || self.public_name.as_ref() == Some(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_own_names_are_allowed() {
        let policy = HostPolicy::new("https://Chat.example:8443/below");
        let allows = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            policy.allows(&headers)
        };
        for own in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "10.0.0.7",
            "localhost",
            "LOCALHOST:1",
            "chat.example",
            "CHAT.example:8443",
        ] {
            assert!(allows(own), "{own}");
        }
        for other in ["evil.example", "chat.example.evil.example:8080", "a b", ""] {
            assert!(!allows(other), "{other}");
        }
        assert!(policy.allows(&HeaderMap::new()));
    }
}
