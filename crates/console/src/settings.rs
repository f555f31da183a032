//! What the server tells the console.

use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use http::Uri;
use parlor_kit::AppState;
use parlor_kit::client_address_limiter::ClientAddressLimiter;
use parlor_model::{Error, Result, Timestamp};

/// Failed attempts to sign in that an address has in a minute.
const FAILED_SIGN_INS_PER_MINUTE: Option<NonZeroU32> = NonZeroU32::new(8);

/// A call of one dialect that works when pasted into a shell.
#[derive(Debug, Clone)]
pub struct ExampleCall {
    /// Name of the dialect.
    pub dialect: String,
    /// Title of the dialect.
    pub title: String,
    /// Shell command.
    pub command: String,
}

/// What a server knows of itself from its start on.
#[derive(Debug, Clone)]
pub struct ServerFacts {
    /// Time of the start.
    pub started_at: Timestamp,
    /// Carriers by name, and whether each is configured.
    pub carriers: Vec<(&'static str, bool)>,
    /// Whether the server has a model for workspaces without one of their own.
    pub has_model: bool,
}

/// Settings and shared state of the console of one server.
pub struct ConsoleSettings {
    /// Whether the server listens on a loopback address only, so that every other host name is a trick of a page that
    /// resolves its own name to it.
    is_loopback: bool,
    /// Authority of the public URL.
    public_authority: Option<String>,
    /// Whether browsers reach the server over TLS.
    is_secure: bool,
    /// Counts failed attempts to sign in.
    pub(crate) sign_in_limiter: ClientAddressLimiter,
    /// Calls that work when pasted; none until the server has started.
    examples: OnceLock<Vec<ExampleCall>>,
    /// What the page about health says of the server.
    facts: OnceLock<ServerFacts>,
}

impl ConsoleSettings {
    /// Creates the settings of a server with a public URL.
    pub fn new(public_url: &str, is_loopback: bool) -> Self {
        let uri = public_url.parse::<Uri>().ok();
        let authority = uri.as_ref().and_then(Uri::authority);
        Self {
            is_loopback,
            public_authority: authority.map(|authority| authority.as_str().to_ascii_lowercase()),
            is_secure: uri.as_ref().and_then(Uri::scheme_str) == Some("https"),
            sign_in_limiter: ClientAddressLimiter::new(FAILED_SIGN_INS_PER_MINUTE, None),
            examples: OnceLock::new(),
            facts: OnceLock::new(),
        }
    }

    /// Returns the settings of a handler's server.
    ///
    /// # Errors
    /// `Internal` if the server was built without a console.
    pub(crate) fn from_app(app: &AppState) -> Result<Arc<Self>> {
        let settings = app.settings_by_type.get::<Arc<Self>>().cloned();
        settings.ok_or_else(|| Error::internal("the server has no console"))
    }

    /// Sets the calls that the start page shows; a second call changes nothing.
    pub fn set_examples(&self, examples: Vec<ExampleCall>) {
        // The first ones stay.
        let _ = self.examples.set(examples);
    }

    /// Returns the calls that the start page shows.
    pub(crate) fn examples(&self) -> &[ExampleCall] {
        self.examples.get().map_or(&[], Vec::as_slice)
    }

    /// Sets what the server knows of itself; a second call changes nothing.
    pub fn set_facts(&self, facts: ServerFacts) {
        // The first ones stay.
        let _ = self.facts.set(facts);
    }

    /// Returns what the server knows of itself.
    pub(crate) fn facts(&self) -> Option<&ServerFacts> {
        self.facts.get()
    }

    /// Returns whether browsers reach the server over TLS.
    pub(crate) const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns whether a `Host` or the authority of an origin is that of the public URL.
    pub(crate) fn is_public_authority(&self, authority: &str) -> bool {
        let public = self.public_authority.as_deref();
        public.is_some_and(|public| public.eq_ignore_ascii_case(authority))
    }

    /// Returns whether a `Host` names this server.
    pub(crate) fn allows_host(&self, host: &str) -> bool {
        !self.is_loopback || self.is_public_authority(host) || is_loopback_name(host)
    }
}

/// Returns whether a `Host` names the loopback interface.
fn is_loopback_name(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let name = authority.host();
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_server_has_its_own_names_and_the_public_one() {
        let settings = ConsoleSettings::new("https://chat.example:8443", true);
        assert!(settings.is_secure());
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:8080",
            "[::1]:8080",
            "chat.example:8443",
        ] {
            assert!(settings.allows_host(host), "{host}");
        }
        for host in [
            "chat.example",
            "localhost.evil.example",
            "127.0.0.1.nip.example",
            "",
        ] {
            assert!(!settings.allows_host(host), "{host}");
        }
        let open = ConsoleSettings::new("http://192.0.2.1:8080", false);
        assert!(open.allows_host("anything.example") && !open.is_secure());
    }
}
