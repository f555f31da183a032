//! Credentials that a route takes.

/// Credentials of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// None.
    None,
    /// An API key in the named header.
    Key(&'static str),
    /// A bearer token or key in `Authorization`.
    Bearer,
    /// An API key in the named header, or a bearer token.
    KeyOrBearer(&'static str),
    /// An API key in the first named header and a token in the second.
    KeyAndToken(&'static str, &'static str),
}

impl Auth {
    /// Returns the `WWW-Authenticate` challenge of a 401 (RFC 9110, section 11.6.1): the scheme of tokens, and
    /// `ApiKey` for keys in their own header, for which there is no scheme.
    pub const fn challenge(self) -> &'static str {
        match self {
            Self::None | Self::Key(_) => "ApiKey",
            Self::Bearer | Self::KeyAndToken(..) => "Bearer",
            Self::KeyOrBearer(_) => "Bearer, ApiKey",
        }
    }
}
