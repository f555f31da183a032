//! HTTP client of one tenant.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::{Backoff, Error};

/// Timeout of a request including its response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum number of attempts of an idempotent request.
const MAX_ATTEMPTS: u32 = 4;

/// HTTP client of one tenant. Clones are cheap and share connections.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Url,
    /// Marked as sensitive, so that `Debug` hides it.
    pub(crate) api_key: HeaderValue,
    pub(crate) backoff: Backoff,
}

impl Client {
    /// Creates a client of the server at a URL, such as `http://127.0.0.1:8080`, with a tenant's key.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`], or [`Error::InvalidRequest`] for an invalid key.
    pub fn new(url: &str, key: &str) -> Result<Self, Error> {
        parse_base_url(url)?;
        let http = reqwest::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        let http = http.build().map_err(Error::from_transport)?;
        Self::with_http(http, url, key)
    }

    /// Creates a client over an HTTP client with its own settings: proxies, timeouts, certificates.
    ///
    /// # Errors
    /// As for [`Client::new`].
    pub fn with_http(http: reqwest::Client, url: &str, key: &str) -> Result<Self, Error> {
        let mut key =
            HeaderValue::from_str(key).map_err(|_| Error::InvalidRequest("this is no key"))?;
        key.set_sensitive(true);
        Ok(Self {
            http,
            base_url: parse_base_url(url)?,
            api_key: key,
            backoff: Backoff {
                max_attempts: Some(MAX_ATTEMPTS - 1),
                cap: Duration::from_secs(2),
                ..Backoff::default()
            },
        })
    }

    /// Sets the backoff of idempotent requests, which are retried if the server was not reached, was busy, or asked
    /// to retry later.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Returns the URL of path segments below the base URL.
    pub(crate) fn url(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut url = self.base_url.clone();
        // Dot segments would resolve to another path, even if percent-encoded.
        if segments
            .iter()
            .any(|segment| matches!(*segment, "." | ".." | ""))
        {
            return Err(Error::InvalidRequest("an id is neither empty nor dots"));
        }
        let mut path = url.path_segments_mut().map_err(|()| Error::InvalidUrl)?;
        path.pop_if_empty().extend(segments);
        drop(path);
        Ok(url)
    }
}

/// Parses the base URL of a server.
pub(crate) fn parse_base_url(url: &str) -> Result<Url, Error> {
    let url: Url = url.parse().map_err(|_| Error::InvalidUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::InvalidUrl);
    }
    #[cfg(feature = "tls")]
    if url.scheme() == "https" {
        // A provider installed by the application is kept.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_with_reserved_characters_is_one_path_segment() {
        let client = Client::new("http://host:1/below/", "k").unwrap();
        let at = |user: &str| client.url(&["api", "v1", "users", user]);
        assert_eq!(
            at("a/b ?").unwrap().as_str(),
            "http://host:1/below/api/v1/users/a%2Fb%20%3F"
        );
        for bad in ["", ".", ".."] {
            assert!(matches!(at(bad), Err(Error::InvalidRequest(_))), "{bad}");
        }
    }

    #[test]
    fn base_url_requires_http_scheme() {
        for bad in ["", "host", "ws://host", "ftp://host", "http:"] {
            assert!(
                matches!(Client::new(bad, "k"), Err(Error::InvalidUrl)),
                "{bad}"
            );
        }
    }

    #[test]
    fn debug_hides_api_key() {
        let client = Client::new("http://host", "secret").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
    }
}
