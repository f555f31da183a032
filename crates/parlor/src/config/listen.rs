//! Listen addresses.

use std::net::{SocketAddr, ToSocketAddrs};

use serde::{Deserialize, Deserializer};

use crate::cli_error::{CliError, ExitKind};

/// Listen address `ADDRESS:PORT` or `NAME:PORT`. A name may resolve to several addresses: `localhost` usually has one
/// per address family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListenAddress(String);

impl ListenAddress {
    /// Returns the configured text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Resolves the name to at least one address, without duplicates, in resolver order. Blocks during the lookup.
    ///
    /// # Errors
    /// `Usage` if the name cannot be resolved.
    pub(crate) fn resolve(&self) -> Result<Vec<SocketAddr>, CliError> {
        let resolve_error = |reason: String| {
            CliError::new(ExitKind::Usage, format!("cannot listen on {}: {reason}", self.0))
                .with_hint("give an address of this machine and a port, such as 127.0.0.1:8080 or localhost:8080")
        };
        let found = self
            .0
            .to_socket_addrs()
            .map_err(|error| resolve_error(error.to_string()))?;
        let mut addresses = Vec::new();
        for address in found {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        if addresses.is_empty() {
            return Err(resolve_error("the name has no address".to_owned()));
        }
        Ok(addresses)
    }
}

impl<'de> Deserialize<'de> for ListenAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let has_port = text.rsplit_once(':').is_some_and(|(host, port)| {
            let is_bracketed = host.starts_with('[') && host.ends_with(']');
            !host.is_empty() && port.parse::<u16>().is_ok() && (is_bracketed || !host.contains(':'))
        });
        if has_port {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom(
                "must be an address and a port, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ListenAddress;

    fn parse_listen(text: &str) -> Option<ListenAddress> {
        serde_json::from_value(text.into()).ok()
    }

    #[test]
    fn listen_address_requires_host_and_port() {
        for good in [
            "127.0.0.1:0",
            "[::1]:8080",
            "localhost:8080",
            "0.0.0.0:65535",
        ] {
            assert!(
                !parse_listen(good).unwrap().resolve().unwrap().is_empty(),
                "{good}"
            );
        }
        for bad in [
            "",
            "8080",
            ":8080",
            "localhost",
            "localhost:",
            "localhost:x",
            "::1:8080",
            "a:65536",
        ] {
            assert_eq!(parse_listen(bad), None, "{bad}");
        }
        assert!(
            parse_listen("no-such-host.invalid:80")
                .unwrap()
                .resolve()
                .is_err()
        );
    }
}
